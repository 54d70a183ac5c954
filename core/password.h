/* Passwords: argon2id, a bounded number of hashes at once (19 MiB each), common ones refused. */
#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include "common/base/secret.h"

struct password_hasher;

struct password_cost {
    uint32_t memory_kib, passes; /* 0: 19456 and 2 (OWASP); lanes are 1 */
};

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128 };

/* `concurrency` 0: one a core. `callers`: how many may be hashing or waiting for it, at least one;
 * the next is refused at once, so that a storm of sign-ins does not take every thread. */
err password_hasher_new(size_t concurrency, size_t callers, struct password_cost cost,
                        struct password_hasher **out) MUST_CHECK;
void password_hasher_free(struct password_hasher *hasher);
/* The encoded form to store. E_overloaded: too many wait. Blocks for tens of milliseconds. */
err password_hash(struct password_hasher *hasher, secret password, struct arena *arena,
                  str *out) MUST_CHECK;
/* `stored` absent: verifies against a hash of nothing, in the same time, and *right is false.
 * *rehash: stored with other parameters than today's. */
err password_verify(struct password_hasher *hasher, secret password, str stored, bool *right,
                    bool *rehash) MUST_CHECK;
/* How many hashes were computed so far. */
size_t password_hasher_done(struct password_hasher *hasher);
/* Whether it is on the list of common ones, or says no more than the e-mail does. */
bool password_is_common(str password, str email);

#endif
