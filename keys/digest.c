#include "keys/digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

#include "common/base/base64url.h"

static EVP_MD *sha256_md, *sha384_md, *sha512_md;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

/* A fetch costs more than a short digest: once for the process. */
static void fetch(void) {
    sha256_md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    sha384_md = EVP_MD_fetch(NULL, "SHA2-384", NULL);
    sha512_md = EVP_MD_fetch(NULL, "SHA2-512", NULL);
}

/* Where fetching failed, for want of memory then, the digest that is fetched at each use. */
static const EVP_MD *md_of(int bits) {
    pthread_once(&fetched, fetch);
    assert(bits == 256 || bits == 384 || bits == 512);
    if (bits == 256)
        return sha256_md ? sha256_md : EVP_sha256();
    if (bits == 384)
        return sha384_md ? sha384_md : EVP_sha384();
    return sha512_md ? sha512_md : EVP_sha512();
}

err sha2_of(int bits, str data, uint8_t out[64], size_t *n) {
    unsigned size = 0;
    int done = EVP_Digest(data.p ? data.p : "", data.n, out, &size, md_of(bits), NULL);
    REQUIRE(done == 1, no_memory, "there is no memory for a digest");
    *n = size;
    return OK;
}

err sha256_of(str data, struct sha256 *out) {
    uint8_t bytes[64];
    size_t n;
    TRY(sha2_of(256, data, bytes, &n));
    memcpy(out->bytes, bytes, sizeof out->bytes);
    return OK;
}

err sha256_base64url(str data, struct arena *arena, str *out) {
    struct sha256 digest;
    TRY(sha256_of(data, &digest));
    return base64url_encode(arena, sha256_str(&digest), out);
}

size_t sha2(int bits, str data, uint8_t out[64]) {
    size_t n = 0;
    err e = sha2_of(bits, data, out, &n);
    assert(!failed(e));
    return n;
}

struct sha256 sha256(str data) {
    struct sha256 digest;
    err e = sha256_of(data, &digest);
    assert(!failed(e));
    return digest;
}

struct sha256 hmac_sha256(secret key, str data) {
    struct sha256 mac;
    unsigned n = 0;
    assert(key.len <= INT32_MAX);
    const uint8_t *done = HMAC(md_of(256), key.bytes, (int)key.len,
                               (const uint8_t *)(data.p ? data.p : ""), data.n, mac.bytes, &n);
    assert(done && n == sizeof mac.bytes);
    return mac;
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
