/* SHA-2, HMAC and HKDF with digests fetched once. They fail only when memory is gone: what belongs
 * to the relying-party library takes the forms that say so; for the server, which cannot go on
 * then, the others assert. */
#ifndef KEYS_DIGEST_H
#define KEYS_DIGEST_H

#include "common/base/secret.h"

struct sha256 {
    uint8_t bytes[32];
};

/* E_no_memory. */
err sha256_of(str data, struct sha256 *out) MUST_CHECK;
err sha256_base64url(str data, struct arena *arena, str *out) MUST_CHECK;
/* 256, 384 or 512 bits; *n is the length. */
err sha2_of(int bits, str data, uint8_t out[64], size_t *n) MUST_CHECK;
struct sha256 sha256(str data);
/* The 32 bytes, borrowed. */
static inline str sha256_str(const struct sha256 *digest) {
    return str_of((const char *)digest->bytes, sizeof digest->bytes);
}
/* 256, 384 or 512; `out` has room for 64; returns the length. */
size_t sha2(int bits, str data, uint8_t out[64]);
struct sha256 hmac_sha256(secret key, str data);
/* RFC 5869 with an empty salt: 32 bytes for the purpose named by `info`. */
struct sha256 hkdf_sha256(secret key, str info);

#endif
