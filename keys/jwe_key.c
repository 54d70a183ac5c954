/* How the content key travels: RSA-OAEP (RFC 7518 4.3) and AES key wrap (4.4). */
#include <openssl/rsa.h>

#include "keys/jwe_internal.h"

enum { MAX_ENCRYPTED = 1024 };

static const EVP_CIPHER *wrap_cipher(size_t key_size) {
    return key_size == 16   ? EVP_aes_128_wrap()
           : key_size == 24 ? EVP_aes_192_wrap()
                            : EVP_aes_256_wrap();
}

static cipher_ctx_ref wrap_context(void) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context)
        EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    return context;
}

static bool wrap(secret kek, const jwe_bytes *cek, uint8_t *out, size_t *size) {
    int n = 0;
    AUTO(cipher_ctx_ref) context = wrap_context();
    bool done = context &&
                EVP_EncryptInit_ex2(context, wrap_cipher(kek.len), kek.bytes, NULL, NULL) == 1 &&
                EVP_EncryptUpdate(context, out, &n, cek->bytes, (int)cek->n) == 1;
    *size = (size_t)n;
    return done && *size == cek->n + JWE_WRAP_MORE;
}

static bool unwrap(secret kek, str encrypted, jwe_bytes *cek) {
    uint8_t bytes[JWE_MAX_CEK + JWE_WRAP_MORE];
    int n = 0;
    if (encrypted.n != cek->n + JWE_WRAP_MORE)
        return false;
    AUTO(cipher_ctx_ref) context = wrap_context();
    bool done =
        context && EVP_DecryptInit_ex2(context, wrap_cipher(kek.len), kek.bytes, NULL, NULL) == 1 &&
        EVP_DecryptUpdate(context, bytes, &n, (const uint8_t *)encrypted.p, (int)encrypted.n) ==
            1 &&
        (size_t)n == cek->n;
    if (done)
        memcpy(cek->bytes, bytes, cek->n);
    secret_wipe(bytes, sizeof bytes);
    return done;
}

/* RFC 7518 4.3: one hash for the label and for MGF1, which OpenSSL takes from it. Nothing of OAEP
 * rests on SHA-1 being free of collisions. */
static bool set_oaep(EVP_PKEY_CTX *context, enum jwe_alg alg) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, alg == JWE_RSA_OAEP ? EVP_sha1() : EVP_sha256()) ==
               1;
}

static bool is_oaep(enum jwe_alg alg) {
    return jwe_alg_row(alg)->kty == JOSE_KTY_RSA;
}

static bool oaep_seal(EVP_PKEY *key, enum jwe_alg alg, const jwe_bytes *cek, uint8_t *out,
                      size_t *size) {
    AUTO(pkey_ctx_ref) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    *size = MAX_ENCRYPTED;
    return context && EVP_PKEY_encrypt_init(context) == 1 && set_oaep(context, alg) &&
           EVP_PKEY_encrypt(context, out, size, cek->bytes, cek->n) == 1;
}

static bool oaep_open(EVP_PKEY *key, enum jwe_alg alg, str encrypted, jwe_bytes *cek) {
    uint8_t bytes[MAX_ENCRYPTED];
    size_t n = sizeof bytes;
    if (encrypted.n != (size_t)EVP_PKEY_get_size(key))
        return false;
    AUTO(pkey_ctx_ref) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool done =
        context && EVP_PKEY_decrypt_init(context) == 1 && set_oaep(context, alg) &&
        EVP_PKEY_decrypt(context, bytes, &n, (const uint8_t *)encrypted.p, encrypted.n) == 1 &&
        n == cek->n;
    if (done)
        memcpy(cek->bytes, bytes, cek->n);
    secret_wipe(bytes, sizeof bytes);
    return done;
}

/* What ECDH-ES derived, or the shared key itself. */
static secret wrapping_key(const struct jwk *key, const jwe_bytes *kek) {
    return key->kty == JOSE_KTY_oct ? (secret){key->secret, key->secret_size}
                                    : (secret){kek->bytes, kek->n};
}

err jwe_key_seal(const struct jwk *key, enum jwe_alg alg, const jwe_bytes *kek,
                 const jwe_bytes *cek, struct arena *arena, str *out) {
    size_t n = 0;
    uint8_t *bytes = arena_alloc(arena, MAX_ENCRYPTED);
    REQUIRE(bytes, no_memory, "there is no memory for a token");
    bool done = is_oaep(alg) ? oaep_seal(key->pkey, alg, cek, bytes, &n)
                             : wrap(wrapping_key(key, kek), cek, bytes, &n);
    REQUIRE(done, internal, "a key could not be encrypted");
    *out = str_of((const char *)bytes, n);
    return OK;
}

bool jwe_key_open(const struct jwk *key, enum jwe_alg alg, const jwe_bytes *kek, str encrypted,
                  jwe_bytes *cek) {
    return is_oaep(alg) ? oaep_open(key->pkey, alg, encrypted, cek)
                        : unwrap(wrapping_key(key, kek), encrypted, cek);
}
