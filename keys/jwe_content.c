/* Content encryption: AES-GCM (RFC 7518 5.3) and AES-CBC with HMAC (RFC 7518 5.2). */
#include "keys/digest.h"
#include "keys/jwe_internal.h"

enum { BLOCK = 16, MAX_MAC = 64 };

static str text_of(const uint8_t *bytes, size_t n) {
    return str_of((const char *)bytes, n);
}

static const uint8_t *bytes_of(str s) {
    return (const uint8_t *)s.p;
}

static const EVP_CIPHER *gcm(const struct jwe_enc_row *row) {
    return row->key == 16   ? EVP_aes_128_gcm()
           : row->key == 24 ? EVP_aes_192_gcm()
                            : EVP_aes_256_gcm();
}

static const EVP_CIPHER *cbc(const struct jwe_enc_row *row) {
    return row->key == 32   ? EVP_aes_128_cbc()
           : row->key == 48 ? EVP_aes_192_cbc()
                            : EVP_aes_256_cbc();
}

static bool gcm_seal(const struct jwe_content *in, str plain, uint8_t *out, uint8_t *tag) {
    int n = 0;
    const struct jwe_enc_row *row = jwe_enc_row(in->enc);
    AUTO(cipher_ctx_ref) context = EVP_CIPHER_CTX_new();
    return context &&
           EVP_EncryptInit_ex2(context, gcm(row), in->cek->bytes, bytes_of(in->iv), NULL) == 1 &&
           EVP_EncryptUpdate(context, NULL, &n, bytes_of(in->aad), (int)in->aad.n) == 1 &&
           EVP_EncryptUpdate(context, out, &n, bytes_of(plain), (int)plain.n) == 1 &&
           EVP_EncryptFinal_ex(context, out + n, &n) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)row->tag, tag) == 1;
}

static bool gcm_open(const struct jwe_enc_row *row, const jwe_bytes *cek, const struct jwe *jwe,
                     uint8_t *out) {
    int n = 0;
    uint8_t tag[BLOCK];
    memcpy(tag, jwe->tag.p, sizeof tag);
    AUTO(cipher_ctx_ref) context = EVP_CIPHER_CTX_new();
    return context &&
           EVP_DecryptInit_ex2(context, gcm(row), cek->bytes, bytes_of(jwe->iv), NULL) == 1 &&
           EVP_DecryptUpdate(context, NULL, &n, bytes_of(jwe->aad), (int)jwe->aad.n) == 1 &&
           EVP_DecryptUpdate(context, out, &n, bytes_of(jwe->ciphertext), (int)jwe->ciphertext.n) ==
               1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)row->tag, tag) == 1 &&
           EVP_DecryptFinal_ex(context, out + n, &n) == 1;
}

/* RFC 7518 5.2.2.1: the HMAC under the first half of the key, over header, IV, ciphertext and the
 * bits of the header as 64 bits; its first half is the tag. */
static err cbc_mac(const struct jwe_enc_row *row, const jwe_bytes *cek, const struct jwe *jwe,
                   struct arena *arena, uint8_t mac[MAX_MAC]) {
    uint8_t length[8];
    str data;
    size_t n = 0;
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)jwe->aad.n * 8 >> (56 - 8 * i));
    TRY(STR_JOIN(arena, &data, jwe->aad, jwe->iv, jwe->ciphertext, text_of(length, sizeof length)));
    const char *hash = row->hash == 256 ? "SHA2-256" : row->hash == 384 ? "SHA2-384" : "SHA2-512";
    const uint8_t *done = EVP_Q_mac(NULL, "HMAC", NULL, hash, NULL, cek->bytes, row->key / 2,
                                    bytes_of(data), data.n, mac, MAX_MAC, &n);
    REQUIRE(done && n >= row->tag, internal, "a token could not be authenticated");
    return OK;
}

static bool cbc_seal(const struct jwe_content *in, str plain, uint8_t *out, size_t *size) {
    int n = 0, last = 0;
    const struct jwe_enc_row *row = jwe_enc_row(in->enc);
    AUTO(cipher_ctx_ref) context = EVP_CIPHER_CTX_new();
    bool done = context &&
                EVP_EncryptInit_ex2(context, cbc(row), in->cek->bytes + row->key / 2,
                                    bytes_of(in->iv), NULL) == 1 &&
                EVP_EncryptUpdate(context, out, &n, bytes_of(plain), (int)plain.n) == 1 &&
                EVP_EncryptFinal_ex(context, out + n, &last) == 1;
    *size = (size_t)n + (size_t)last;
    return done;
}

static bool cbc_open(const struct jwe_enc_row *row, const jwe_bytes *cek, const struct jwe *jwe,
                     uint8_t *out, size_t *size) {
    int n = 0, last = 0;
    AUTO(cipher_ctx_ref) context = EVP_CIPHER_CTX_new();
    bool done = context &&
                EVP_DecryptInit_ex2(context, cbc(row), cek->bytes + row->key / 2, bytes_of(jwe->iv),
                                    NULL) == 1 &&
                EVP_DecryptUpdate(context, out, &n, bytes_of(jwe->ciphertext),
                                  (int)jwe->ciphertext.n) == 1 &&
                EVP_DecryptFinal_ex(context, out + n, &last) == 1;
    *size = (size_t)n + (size_t)last;
    return done;
}

err jwe_content_seal(const struct jwe_content *in, str plain, struct arena *arena,
                     struct jwe *out) {
    const struct jwe_enc_row *row = jwe_enc_row(in->enc);
    size_t n = plain.n;
    uint8_t *bytes = arena_alloc(arena, plain.n + BLOCK);
    uint8_t *tag = arena_alloc(arena, MAX_MAC);
    REQUIRE(bytes && tag, no_memory, "there is no memory for a token");
    bool done = row->hash ? cbc_seal(in, plain, bytes, &n) : gcm_seal(in, plain, bytes, tag);
    REQUIRE(done, internal, "a token could not be encrypted");
    out->aad = in->aad;
    out->iv = in->iv;
    out->ciphertext = text_of(bytes, n);
    out->tag = text_of(tag, row->tag);
    return row->hash ? cbc_mac(row, in->cek, out, arena, tag) : OK;
}

err jwe_content_open(const struct jwe *jwe, const jwe_bytes *cek, struct arena *arena, str *plain) {
    const struct jwe_enc_row *row = jwe_enc_row(jwe->enc);
    size_t n = jwe->ciphertext.n;
    uint8_t mac[MAX_MAC];
    uint8_t *bytes = arena_alloc(arena, n + BLOCK);
    REQUIRE(bytes, no_memory, "there is no memory for a token");
    bool good;
    if (row->hash) {
        TRY(cbc_mac(row, cek, jwe, arena, mac));
        /* The MAC first: padding of what nobody vouched for is never looked at. */
        good = secret_eq((secret){mac, row->tag}, secret_of(jwe->tag)) &&
               cbc_open(row, cek, jwe, bytes, &n);
    } else {
        good = gcm_open(row, cek, jwe, bytes);
    }
    REQUIRE(good, jose_signature,
            "the token was not encrypted to this key, or it was altered since");
    *plain = text_of(bytes, n);
    return OK;
}
