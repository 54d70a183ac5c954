#include "keys/jwk.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "common/base/json_read.h"
#include "keys/jwk_internal.h"

enum { ARENA = 32 * 1024, MAX_KID = 256 };

static struct jwk *jwk_new(void) {
    struct jwk *jwk = calloc(1, sizeof *jwk);
    if (!jwk)
        return NULL;
    jwk->may_sign = jwk->may_verify = true;
    jwk->arena = arena_new(ARENA);
    if (jwk->arena)
        return jwk;
    free(jwk);
    return NULL;
}

void jwk_free(struct jwk *jwk) {
    if (!jwk)
        return;
    EVP_PKEY_free(jwk->pkey);
    arena_free(jwk->arena);
    free(jwk);
}

/* RFC 7517 4.2 and 4.3: a key for encryption does not sign, and key_ops says what a key may do. */
static err read_purpose(const json_t *json, struct jwk *jwk) {
    str use = json_read_str(json, "use");
    REQUIRE(str_present(use) || !json_read_has(json, "use"), jose_key,
            "use of a JWK must be a text");
    const json_t *ops = json_object_get(json, "key_ops");
    if (str_present(use) && !str_eq(use, S("sig")))
        jwk->may_sign = jwk->may_verify = false;
    if (!ops)
        return OK;
    REQUIRE(json_is_array(ops), jose_key, "key_ops of a JWK must be an array");
    bool sign = false, verify = false;
    size_t i;
    const json_t *op;
    json_array_foreach(ops, i, op) {
        const char *name = json_string_value(op);
        sign |= name && str_eq(str_from(name), S("sign"));
        verify |= name && str_eq(str_from(name), S("verify"));
    }
    jwk->may_sign &= sign;
    jwk->may_verify &= verify || (sign && jwk->is_private);
    return OK;
}

static err import(const json_t *json, struct jwk *jwk) {
    REQUIRE(json_is_object(json), jose_key, "a JWK must be a JSON object");
    TRY(jwk_evp_import(json, jwk));
    TRY(read_purpose(json, jwk));
    str kid = json_read_str(json, "kid"), alg = json_read_str(json, "alg");
    REQUIRE(!json_read_has(json, "kid") || (kid.n > 0 && kid.n <= MAX_KID), jose_key,
            "the kid of a JWK must be a text of 1 to 256 bytes");
    TRY(str_dup(jwk->arena, kid, &jwk->kid));
    if (!json_read_has(json, "alg"))
        return OK;
    jwk->alg = jose_alg_from(alg);
    REQUIRE(jwk->alg != JOSE_NONE, jose_key, "the alg of the JWK is not one for signatures");
    REQUIRE(jose_alg_row(jwk->alg)->kty == jwk->kty, jose_key,
            "the alg of the JWK is not of its kty");
    return OK;
}

err jwk_import(const json_t *json, struct jwk **out) {
    struct jwk *jwk = jwk_new();
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    err e = import(json, jwk);
    if (failed(e))
        jwk_free(jwk);
    else
        *out = jwk;
    return e;
}

static EVP_PKEY *generate(const struct jose_alg_row *row) {
    switch (row->kty) {
    case JOSE_KTY_RSA:
        return EVP_RSA_gen(2048);
    case JOSE_KTY_EC:
        return EVP_EC_gen(row->crv.p);
    case JOSE_KTY_OKP:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    case JOSE_KTY_oct:
        return NULL;
    }
    return NULL;
}

err jwk_generate(enum jose_alg alg, struct jwk **out) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    struct jwk *jwk = jwk_new();
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    *jwk = (struct jwk){.kty = row->kty,
                        .alg = alg,
                        .crv = row->crv,
                        .pkey = generate(row),
                        .is_private = true,
                        .may_sign = true,
                        .may_verify = true,
                        .arena = jwk->arena};
    err e = jwk->pkey ? jwk_thumbprint(jwk, jwk->arena, &jwk->kid)
                      : FAIL(internal, "a key could not be generated");
    if (failed(e))
        jwk_free(jwk);
    else
        *out = jwk;
    return e;
}

err jwk_from_secret(secret key, enum jose_alg alg, struct jwk **out) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    REQUIRE(row->kty == JOSE_KTY_oct && alg != JOSE_NONE, jose_algorithm,
            "a secret is for HS256, HS384 and HS512 only");
    REQUIRE(key.len * 8 >= (size_t)row->bits && key.len <= JWK_MAX_SECRET, jose_key,
            "a secret must be at least as long as the hash of its algorithm");
    struct jwk *jwk = jwk_new();
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    jwk->kty = JOSE_KTY_oct;
    jwk->alg = alg;
    jwk->is_private = true;
    jwk->secret = arena_alloc(jwk->arena, key.len);
    jwk->secret_size = key.len;
    if (!jwk->secret) {
        jwk_free(jwk);
        return FAIL(no_memory, "there is no memory for a key");
    }
    memcpy(jwk->secret, key.bytes, key.len);
    *out = jwk;
    return OK;
}

str jwk_kid(const struct jwk *jwk) {
    return jwk->kid;
}

enum jose_alg jwk_alg(const struct jwk *jwk) {
    return jwk->alg;
}

bool jwk_is_private(const struct jwk *jwk) {
    return jwk->is_private;
}

bool jwk_fits(const struct jwk *jwk, enum jose_alg alg) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    if (!jwk->may_sign && !jwk->may_verify)
        return false;
    if (alg == JOSE_NONE || row->kty != jwk->kty || (jwk->alg != JOSE_NONE && jwk->alg != alg))
        return false;
    if (row->crv.n && !str_eq(row->crv, jwk->crv))
        return false;
    return jwk->kty != JOSE_KTY_oct || jwk->secret_size * 8 >= (size_t)row->bits;
}
