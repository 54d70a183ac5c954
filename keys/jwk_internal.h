/* The inside of a jwk, for jwk*.c, jws.c and jwe*.c only. */
#ifndef KEYS_JWK_INTERNAL_H
#define KEYS_JWK_INTERNAL_H

#include <openssl/evp.h>

#include "common/base/scope.h"
#include "keys/jose_alg.h"
#include "keys/ossl_errors.h"

enum { JWK_MAX_MEMBER = 1024, JWK_MAX_SECRET = 256 }; /* decoded bytes */

struct jwk {
    enum jose_kty kty;
    enum jose_alg alg;    /* JOSE_NONE: any that fits */
    enum jwe_alg jwe_alg; /* JWE_ALG_NONE: any that fits */
    str kid, crv;         /* in `arena`; absent */
    EVP_PKEY *pkey;       /* not for oct */
    uint8_t *secret;      /* oct */
    size_t secret_size;
    bool is_private;
    bool may_sign, may_verify, may_encrypt, may_decrypt; /* as use, key_ops and alg say */
    struct arena *arena;
};

typedef EVP_PKEY *pkey_ref;
static inline void pkey_ref_drop(pkey_ref *key) {
    EVP_PKEY_free(*key);
}

typedef EVP_MD_CTX *md_ctx_ref;
static inline void md_ctx_ref_drop(md_ctx_ref *context) {
    EVP_MD_CTX_free(*context);
}

/* A symmetric key that is for encryption only. */
err jwk_new_oct(const struct memory *memory, secret key, struct jwk **out) MUST_CHECK;
/* All members that make the key, private ones too, and nothing about its use. */
err jwk_members_json(const struct jwk *jwk, struct arena *arena, str *out) MUST_CHECK;
/* The decoded member of a JWK; absent if there is none. */
err jwk_member(const json_t *json, const char *name, struct arena *arena, str *out) MUST_CHECK;
/* The OKP part of jwk_evp_import. */
err jwk_okp_import(const json_t *json, struct jwk *jwk) MUST_CHECK;
/* Makes the EVP key from the members of `json`, and checks what OpenSSL does not. */
err jwk_evp_import(const json_t *json, struct jwk *jwk) MUST_CHECK;

#endif
