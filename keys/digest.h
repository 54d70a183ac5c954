/* SHA-2, HMAC and HKDF on the stack: none of them takes memory, none can fail. */
#ifndef KEYS_DIGEST_H
#define KEYS_DIGEST_H

#include "common/base/secret.h"

struct sha256 {
    uint8_t bytes[32];
};

struct sha256 sha256(str data);
/* The same as text, in base64url. */
err sha256_base64url(str data, struct arena *arena, str *out) MUST_CHECK;
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
