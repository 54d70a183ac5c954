/* Randomness for secrets and ids (RAND_priv_bytes). Every function fails when the generator does.
 */
#ifndef COMMON_BASE_RANDOM_H
#define COMMON_BASE_RANDOM_H

#include "common/base/str.h"

err random_bytes(void *out, size_t n) MUST_CHECK;
/* `prefix` and then `n` random bytes in base64url: random_token(arena, S("hk_rt_"), 32, &token). */
err random_token(struct arena *arena, str prefix, size_t n, str *out) MUST_CHECK;
/* The same with lower-case hex. */
err random_hex(struct arena *arena, str prefix, size_t n, str *out) MUST_CHECK;
/* `digits` (at most 9) decimal digits, uniform, with leading zeros. */
err random_digits(struct arena *arena, int digits, str *out) MUST_CHECK;
/* A version 4 UUID (RFC 9562 5.4), 36 characters, lower case. */
err random_uuid(struct arena *arena, str *out) MUST_CHECK;

/* For tests only: the sequence becomes a function of `seed`. 0 gives the real generator back. */
void random_seed_for_tests(uint64_t seed);

#endif
