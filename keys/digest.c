/* The functions that work on the caller's stack: EVP takes memory for each digest, and could fail.
 * They are marked as deprecated since OpenSSL 3.0, and are the same code beneath. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "keys/digest.h"

#include <assert.h>
#include <openssl/sha.h>

#include "common/base/base64url.h"

enum { BLOCK = SHA256_CBLOCK };

static struct sha256 sha256_over(const str *parts, size_t n) {
    struct sha256 digest = {{0}};
    SHA256_CTX context;
    SHA256_Init(&context);
    for (size_t i = 0; i < n; i++)
        SHA256_Update(&context, parts[i].p, parts[i].n);
    SHA256_Final(digest.bytes, &context);
    secret_wipe(&context, sizeof context);
    return digest;
}

/* SHA-384 is SHA-512 with other numbers to start from, cut (FIPS 180-4 6.5). */
static void sha512_over(int bits, str data, uint8_t out[SHA512_DIGEST_LENGTH]) {
    SHA512_CTX context;
    if (bits == 384)
        SHA384_Init(&context);
    else
        SHA512_Init(&context);
    SHA512_Update(&context, data.p, data.n);
    SHA512_Final(out, &context);
    secret_wipe(&context, sizeof context);
}

size_t sha2(int bits, str data, uint8_t out[64]) {
    assert(bits == 256 || bits == 384 || bits == 512);
    if (bits != 256) {
        sha512_over(bits, data, out);
        return (size_t)bits / 8;
    }
    struct sha256 digest = sha256(data);
    memcpy(out, digest.bytes, sizeof digest.bytes);
    return sizeof digest.bytes;
}

struct sha256 sha256(str data) {
    return sha256_over(&data, 1);
}

err sha256_base64url(str data, struct arena *arena, str *out) {
    struct sha256 digest = sha256(data);
    return base64url_encode(arena, sha256_str(&digest), out);
}

/* RFC 2104 2: H(K ^ opad, H(K ^ ipad, text)). */
struct sha256 hmac_sha256(secret key, str data) {
    uint8_t block[BLOCK] = {0};
    str pad = str_of((const char *)block, BLOCK);
    struct sha256 hashed = {{0}};
    if (key.len > BLOCK) {
        hashed = sha256(str_of((const char *)key.bytes, key.len));
        key = (secret){hashed.bytes, sizeof hashed.bytes};
    }
    if (key.len)
        memcpy(block, key.bytes, key.len);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36;
    struct sha256 inner = sha256_over((const str[]){pad, data}, 2);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36 ^ 0x5c;
    struct sha256 outer = sha256_over((const str[]){pad, sha256_str(&inner)}, 2);
    secret_wipe(block, sizeof block);
    secret_wipe(&hashed, sizeof hashed);
    secret_wipe(&inner, sizeof inner);
    return outer;
}

/* RFC 5869 2.2 with a salt of zeros, then 2.3 with one block: T(1) = HMAC(PRK, info | 0x01). */
struct sha256 hkdf_sha256(secret key, str info) {
    static const uint8_t zeros[32];
    char block[128];
    assert(info.n < sizeof block);
    struct sha256 prk =
        hmac_sha256((secret){zeros, sizeof zeros}, str_of((const char *)key.bytes, key.len));
    memcpy(block, info.p, info.n);
    block[info.n] = 1;
    struct sha256 okm =
        hmac_sha256((secret){prk.bytes, sizeof prk.bytes}, str_of(block, info.n + 1));
    secret_wipe(&prk, sizeof prk);
    return okm;
}
