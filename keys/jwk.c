#include "keys/jwk.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "common/base/json_read.h"
#include "keys/jwe_internal.h"

enum { ARENA = 32 * 1024, MAX_KID = 256 };

/* In its own arena. */
static struct jwk *jwk_new(const struct memory *memory) {
    struct arena *arena = arena_new_in(memory, ARENA);
    struct jwk *jwk = arena ? ARENA_NEW(arena, struct jwk) : NULL;
    if (!jwk) {
        arena_free(arena);
        return NULL;
    }
    jwk->may_sign = jwk->may_verify = jwk->may_encrypt = jwk->may_decrypt = true;
    jwk->arena = arena;
    return jwk;
}

void jwk_free(struct jwk *jwk) {
    if (!jwk)
        return;
    EVP_PKEY_free(jwk->pkey);
    arena_free(jwk->arena);
}

/* RFC 7517 4.3. Deriving and wrapping are how a key for encryption is used. */
static const struct operation {
    str name;
    bool sign, verify, encrypt, decrypt;
} operations[] = {
    {S_INIT("sign"), true, false, false, false},
    {S_INIT("verify"), false, true, false, false},
    {S_INIT("encrypt"), false, false, true, false},
    {S_INIT("decrypt"), false, false, false, true},
    {S_INIT("wrapKey"), false, false, true, false},
    {S_INIT("unwrapKey"), false, false, false, true},
    {S_INIT("deriveKey"), false, false, true, true},
    {S_INIT("deriveBits"), false, false, true, true},
};

static void allow(const char *name, struct operation *allowed) {
    for (size_t i = 0; name && i < sizeof operations / sizeof operations[0]; i++) {
        const struct operation *row = &operations[i];
        if (!str_eq(str_from(name), row->name))
            continue;
        allowed->sign |= row->sign;
        allowed->verify |= row->verify;
        allowed->encrypt |= row->encrypt;
        allowed->decrypt |= row->decrypt;
    }
}

static err read_operations(const json_t *json, struct jwk *jwk) {
    const json_t *ops = json_object_get(json, "key_ops"), *op;
    struct operation allowed = {.sign = false};
    size_t i;
    if (!ops)
        return OK;
    REQUIRE(json_is_array(ops), jose_key, "key_ops of a JWK must be an array");
    json_array_foreach(ops, i, op) allow(json_string_value(op), &allowed);
    jwk->may_sign &= allowed.sign;
    jwk->may_verify &= allowed.verify || (allowed.sign && jwk->is_private);
    jwk->may_encrypt &= allowed.encrypt || (allowed.decrypt && jwk->is_private);
    jwk->may_decrypt &= allowed.decrypt;
    return OK;
}

static void only_signs(struct jwk *jwk) {
    jwk->may_encrypt = jwk->may_decrypt = false;
}

static void only_encrypts(struct jwk *jwk) {
    jwk->may_sign = jwk->may_verify = false;
}

/* RFC 7517 4.2: a key for encryption does not sign, and the reverse. */
static err read_purpose(const json_t *json, struct jwk *jwk) {
    str use = json_read_str(json, "use");
    REQUIRE(str_present(use) || !json_read_has(json, "use"), jose_key,
            "use of a JWK must be a text");
    if (str_present(use) && !str_eq(use, S("sig")))
        only_encrypts(jwk);
    if (str_present(use) && !str_eq(use, S("enc")))
        only_signs(jwk);
    if (str_eq(jwk->crv, S("X25519")))
        only_encrypts(jwk);
    if (str_starts(jwk->crv, S("Ed")))
        only_signs(jwk);
    return read_operations(json, jwk);
}

/* EC: also X25519, which is an OKP key. */
static bool has_type(const struct jwk *jwk, enum jose_kty kty) {
    return jwk->kty == kty || (kty == JOSE_KTY_EC && str_eq(jwk->crv, S("X25519")));
}

static err read_alg(const json_t *json, struct jwk *jwk) {
    if (!json_read_has(json, "alg"))
        return OK;
    str name = json_read_str(json, "alg");
    jwk->alg = jose_alg_from(name);
    jwk->jwe_alg = jwe_alg_from(name);
    REQUIRE(jwk->alg != JOSE_NONE || jwk->jwe_alg != JWE_ALG_NONE, jose_key,
            "the alg of the JWK is not supported");
    if (jwk->alg != JOSE_NONE)
        only_signs(jwk);
    else
        only_encrypts(jwk);
    REQUIRE(jwk->alg != JOSE_NONE ? jose_alg_row(jwk->alg)->kty == jwk->kty
                                  : has_type(jwk, jwe_alg_row(jwk->jwe_alg)->kty),
            jose_key, "the alg of the JWK is not of its kty");
    return OK;
}

static err import(const json_t *json, struct jwk *jwk) {
    REQUIRE(json_is_object(json), jose_key, "a JWK must be a JSON object");
    TRY(jwk_evp_import(json, jwk));
    TRY(read_purpose(json, jwk));
    str kid = json_read_str(json, "kid");
    REQUIRE(!json_read_has(json, "kid") || (kid.n > 0 && kid.n <= MAX_KID), jose_key,
            "the kid of a JWK must be a text of 1 to 256 bytes");
    TRY(str_dup(jwk->arena, kid, &jwk->kid));
    return read_alg(json, jwk);
}

err jwk_import_in(const struct memory *memory, const json_t *json, struct jwk **out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    struct jwk *jwk = jwk_new(memory);
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    err e = import(json, jwk);
    if (failed(e))
        jwk_free(jwk);
    else
        *out = jwk;
    return e;
}

static EVP_PKEY *generate(enum jose_kty kty, str crv) {
    switch (kty) {
    case JOSE_KTY_RSA:
        return EVP_RSA_gen(2048);
    case JOSE_KTY_EC:
        return EVP_EC_gen(crv.p);
    case JOSE_KTY_OKP:
        return EVP_PKEY_Q_keygen(NULL, NULL, crv.p);
    case JOSE_KTY_oct:
        return NULL;
    }
    return NULL;
}

/* Makes the numbers and the kid of `jwk`, or frees it. */
static err finish(struct jwk *jwk, struct jwk **out) {
    jwk->is_private = true;
    jwk->pkey = generate(jwk->kty, jwk->crv);
    err e = jwk->pkey ? jwk_thumbprint(jwk, jwk->arena, &jwk->kid)
                      : FAIL(internal, "a key could not be generated");
    if (failed(e))
        jwk_free(jwk);
    else
        *out = jwk;
    return e;
}

err jwk_generate_in(const struct memory *memory, enum jose_alg alg, struct jwk **out) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    struct jwk *jwk = jwk_new(memory);
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    jwk->kty = row->kty;
    jwk->alg = alg;
    jwk->crv = alg == JOSE_EdDSA ? S("Ed25519") : row->crv;
    only_signs(jwk);
    return finish(jwk, out);
}

err jwk_generate_encryption(enum jwe_alg alg, struct jwk **out) {
    struct jwk *jwk = jwk_new(&memory_default);
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    jwk->kty = jwe_alg_row(alg)->kty;
    if (jwk->kty == JOSE_KTY_EC)
        jwk->crv = S("P-256");
    else
        jwk->jwe_alg = alg;
    only_encrypts(jwk);
    return finish(jwk, out);
}

static err set_secret(secret key, struct jwk *jwk) {
    jwk->kty = JOSE_KTY_oct;
    jwk->is_private = true;
    jwk->secret = arena_alloc(jwk->arena, key.len);
    jwk->secret_size = key.len;
    REQUIRE(jwk->secret, no_memory, "there is no memory for a key");
    memcpy(jwk->secret, key.bytes, key.len);
    return OK;
}

static err from_secret(secret key, struct jwk *jwk, struct jwk **out) {
    REQUIRE(jwk, no_memory, "there is no memory for a key");
    err e = set_secret(key, jwk);
    if (failed(e))
        jwk_free(jwk);
    else
        *out = jwk;
    return e;
}

err jwk_new_oct(const struct memory *memory, secret key, struct jwk **out) {
    TRY(from_secret(key, jwk_new(memory), out));
    only_encrypts(*out);
    return OK;
}

err jwk_from_secret_in(const struct memory *memory, secret key, enum jose_alg alg,
                       struct jwk **out) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    REQUIRE(row->kty == JOSE_KTY_oct && alg != JOSE_NONE, jose_algorithm,
            "a secret is for HS256, HS384 and HS512 only");
    /* Whoever pastes a public key here would make everybody a signer (RFC 8725 2.1). */
    REQUIRE(!str_starts(str_of((const char *)key.bytes, key.len), S("-----BEGIN ")), jose_key,
            "a key in PEM is not a shared secret");
    REQUIRE(key.len * 8 >= (size_t)row->bits && key.len <= JWK_MAX_SECRET, jose_key,
            "a secret must be at least as long as the hash of its algorithm");
    TRY(from_secret(key, jwk_new(memory), out));
    (*out)->alg = alg;
    only_signs(*out);
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

bool jwk_fits_encryption(const struct jwk *jwk, enum jwe_alg alg) {
    const struct jwe_alg_row *row = jwe_alg_row(alg);
    if (alg == JWE_ALG_NONE || (!jwk->may_encrypt && !jwk->may_decrypt))
        return false;
    if (!has_type(jwk, row->kty) || (jwk->jwe_alg != JWE_ALG_NONE && jwk->jwe_alg != alg))
        return false;
    return jwk->kty != JOSE_KTY_oct || row->size == 0 || jwk->secret_size == row->size;
}
