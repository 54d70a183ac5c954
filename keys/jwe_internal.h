/* The inside of JWE, for jwe*.c only. */
#ifndef KEYS_JWE_INTERNAL_H
#define KEYS_JWE_INTERNAL_H

#include "keys/jwe.h"
#include "keys/jwk_internal.h"

enum { JWE_MAX_CEK = 64, JWE_WRAP_MORE = 8 }; /* RFC 3394: a wrapped key is 8 bytes longer */

struct jwe_alg_row {
    str name;
    enum jose_kty kty; /* EC: also OKP with X25519 */
    size_t size;       /* bytes of the key-wrapping key; 0: none */
};
struct jwe_enc_row {
    str name;
    size_t key, iv, tag; /* bytes */
    int hash;            /* bits of the MAC's hash; 0: GCM */
};
const struct jwe_alg_row *jwe_alg_row(enum jwe_alg alg);
const struct jwe_enc_row *jwe_enc_row(enum jwe_enc enc);
/* dir and ECDH-ES: no content key is made, none is sent. */
bool jwe_alg_is_direct(enum jwe_alg alg);

typedef EVP_CIPHER_CTX *cipher_ctx_ref;
static inline void cipher_ctx_ref_drop(cipher_ctx_ref *context) {
    EVP_CIPHER_CTX_free(*context);
}
typedef EVP_PKEY_CTX *pkey_ctx_ref;
static inline void pkey_ctx_ref_drop(pkey_ctx_ref *context) {
    EVP_PKEY_CTX_free(*context);
}

/* Bytes of a key, wiped at the end of their scope. */
typedef struct jwe_bytes {
    uint8_t bytes[JWE_MAX_CEK];
    size_t n;
} jwe_bytes;
static inline void jwe_bytes_drop(jwe_bytes *key) {
    secret_wipe(key, sizeof *key);
}

/* --- jwe_content.c: RFC 7518 5 -------------------------------------------------------------- */
struct jwe_content {
    enum jwe_enc enc;
    const jwe_bytes *cek;
    str aad, iv; /* the IV as long as the row says */
};
/* Fills aad, iv, ciphertext and tag of `out`. */
err jwe_content_seal(const struct jwe_content *in, str plain, struct arena *arena,
                     struct jwe *out) MUST_CHECK;
/* One error for everything that can be wrong. */
err jwe_content_open(const struct jwe *jwe, const jwe_bytes *cek, struct arena *arena,
                     str *plain) MUST_CHECK;

/* --- jwe_ecdh.c: RFC 7518 4.6 --------------------------------------------------------------- */
/* A fresh key on the curve of `key`: its public members as JSON, and the key derived with it. */
err jwe_ecdh_send(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, struct arena *arena,
                  str *epk, jwe_bytes *out) MUST_CHECK;
/* E_jose_malformed: epk, apu or apv are not what they must be. */
err jwe_ecdh_receive(const struct jwk *key, const struct jwe *jwe, struct arena *arena,
                     jwe_bytes *out) MUST_CHECK;

/* --- jwe_key.c: RFC 7518 4.3 to 4.5 --------------------------------------------------------- */
/* Encrypts the content key to `key`, or under `kek` (what ECDH-ES derived), into the arena. */
err jwe_key_seal(const struct jwk *key, enum jwe_alg alg, const jwe_bytes *kek,
                 const jwe_bytes *cek, struct arena *arena, str *out) MUST_CHECK;
/* Whether `encrypted` held a key of exactly cek->n bytes, which is then in cek->bytes. */
bool jwe_key_open(const struct jwk *key, enum jwe_alg alg, const jwe_bytes *kek, str encrypted,
                  jwe_bytes *cek);

#endif
