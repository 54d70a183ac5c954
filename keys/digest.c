#include "keys/digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

static EVP_MD *sha256_md, *sha384_md, *sha512_md;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

/* A fetch costs more than a short digest: once for the process. */
static void fetch(void) {
    sha256_md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    sha384_md = EVP_MD_fetch(NULL, "SHA2-384", NULL);
    sha512_md = EVP_MD_fetch(NULL, "SHA2-512", NULL);
    assert(sha256_md && sha384_md && sha512_md);
}

size_t sha2(int bits, str data, uint8_t out[64]) {
    pthread_once(&fetched, fetch);
    assert(bits == 256 || bits == 384 || bits == 512);
    const EVP_MD *md = bits == 256 ? sha256_md : bits == 384 ? sha384_md : sha512_md;
    unsigned n = 0;
    int done = EVP_Digest(data.p ? data.p : "", data.n, out, &n, md, NULL);
    assert(done == 1);
    return n;
}

struct sha256 sha256(str data) {
    uint8_t out[64];
    struct sha256 digest;
    sha2(256, data, out);
    memcpy(digest.bytes, out, sizeof digest.bytes);
    return digest;
}

struct sha256 hmac_sha256(secret key, str data) {
    pthread_once(&fetched, fetch);
    struct sha256 mac;
    unsigned n = 0;
    assert(key.len <= INT32_MAX);
    const uint8_t *done = HMAC(sha256_md, key.bytes, (int)key.len,
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
