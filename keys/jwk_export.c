/* From an EVP key back to JWK members: thumbprints, the public form, the sealed private form. */
#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "keys/digest.h"
#include "keys/jwk_internal.h"

enum { MAX_JSON = 16 * 1024 };

typedef BIGNUM *bignum_ref;
static void bignum_ref_drop(bignum_ref *number) {
    BN_clear_free(*number);
}

struct member {
    const char *name, *param;
};
/* In the order of RFC 7638 3.2: lexicographic, so e comes before kty and n. */
static const struct member rsa_private[] = {
    {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};

/* A number as base64url, padded with zeros in front to `size` bytes (0: as short as it is). */
static err number_text(const struct jwk *jwk, const char *param, size_t size, struct arena *arena,
                       str *out) {
    AUTO(bignum_ref) number = NULL;
    REQUIRE(EVP_PKEY_get_bn_param(jwk->pkey, param, &number) == 1, internal,
            "a key has no such number");
    size_t n = size ? size : (size_t)BN_num_bytes(number);
    uint8_t *bytes = arena_alloc(arena, n);
    REQUIRE(bytes && BN_bn2binpad(number, bytes, (int)n) == (int)n, no_memory,
            "there is no memory for a key");
    return base64url_encode(arena, str_of((const char *)bytes, n), out);
}

static err put_number(struct json_put *j, const struct jwk *jwk, const struct member *member,
                      size_t size, struct arena *arena) {
    str text;
    TRY(number_text(jwk, member->param, size, arena, &text));
    json_put_str(j, member->name, text);
    return OK;
}

static size_t field_size(const struct jwk *jwk) {
    return ((size_t)EVP_PKEY_get_bits(jwk->pkey) + 7) / 8;
}

static err put_raw(struct json_put *j, const struct jwk *jwk, const char *name, bool private,
                   struct arena *arena) {
    uint8_t raw[64];
    size_t n = sizeof raw;
    str text;
    int done = private ? EVP_PKEY_get_raw_private_key(jwk->pkey, raw, &n)
                       : EVP_PKEY_get_raw_public_key(jwk->pkey, raw, &n);
    REQUIRE(done == 1, internal, "a key has no raw form");
    TRY(base64url_encode(arena, str_of((const char *)raw, n), &text));
    json_put_str(j, name, text);
    secret_wipe(raw, sizeof raw);
    return OK;
}

static err put_secret(struct json_put *j, const struct jwk *jwk, struct arena *arena) {
    str text;
    TRY(base64url_encode(arena, str_of((const char *)jwk->secret, jwk->secret_size), &text));
    json_put_str(j, "k", text);
    return OK;
}

/* Exactly the members of RFC 7638 3.2 (RFC 8037 2 for OKP), in their order. */
static err put_required(struct json_put *j, const struct jwk *jwk, struct arena *arena) {
    switch (jwk->kty) {
    case JOSE_KTY_RSA:
        TRY(put_number(j, jwk, &(struct member){"e", OSSL_PKEY_PARAM_RSA_E}, 0, arena));
        json_put_str(j, "kty", S("RSA"));
        return put_number(j, jwk, &(struct member){"n", OSSL_PKEY_PARAM_RSA_N}, 0, arena);
    case JOSE_KTY_EC:
        json_put_str(j, "crv", jwk->crv);
        json_put_str(j, "kty", S("EC"));
        TRY(put_number(j, jwk, &(struct member){"x", OSSL_PKEY_PARAM_EC_PUB_X}, field_size(jwk),
                       arena));
        return put_number(j, jwk, &(struct member){"y", OSSL_PKEY_PARAM_EC_PUB_Y}, field_size(jwk),
                          arena);
    case JOSE_KTY_OKP:
        json_put_str(j, "crv", jwk->crv);
        json_put_str(j, "kty", S("OKP"));
        return put_raw(j, jwk, "x", false, arena);
    case JOSE_KTY_oct:
        TRY(put_secret(j, jwk, arena));
        json_put_str(j, "kty", S("oct"));
        return OK;
    }
    return FAIL(internal, "a key has no type");
}

static err put_private(struct json_put *j, const struct jwk *jwk, struct arena *arena) {
    if (jwk->kty == JOSE_KTY_EC)
        return put_number(j, jwk, &(struct member){"d", OSSL_PKEY_PARAM_PRIV_KEY}, field_size(jwk),
                          arena);
    if (jwk->kty == JOSE_KTY_OKP)
        return put_raw(j, jwk, "d", true, arena);
    for (size_t i = 0; jwk->kty == JOSE_KTY_RSA && i < sizeof rsa_private / sizeof rsa_private[0];
         i++)
        TRY(put_number(j, jwk, &rsa_private[i], 0, arena));
    return OK;
}

static void put_about(struct json_put *j, const struct jwk *jwk) {
    json_put_str(j, "kid", jwk->kid);
    bool encrypts = (jwk->may_encrypt || jwk->may_decrypt) && !jwk->may_sign && !jwk->may_verify;
    json_put_str(j, "use", encrypts ? S("enc") : S("sig"));
    if (jwk->alg != JOSE_NONE)
        json_put_str(j, "alg", jose_alg_name(jwk->alg));
    if (jwk->jwe_alg != JWE_ALG_NONE)
        json_put_str(j, "alg", jwe_alg_name(jwk->jwe_alg));
}

/* The required members, then the private ones, kid, use and alg where they are asked for. */
struct wish {
    bool private, about;
};

static err write_json(const struct jwk *jwk, struct wish wish, struct arena *arena, str *out) {
    struct json_put j = json_put_begin(arena, MAX_JSON);
    json_put_open(&j, '{');
    TRY(put_required(&j, jwk, arena));
    if (wish.private)
        TRY(put_private(&j, jwk, arena));
    if (wish.about)
        put_about(&j, jwk);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err jwk_members_json(const struct jwk *jwk, struct arena *arena, str *out) {
    return write_json(jwk, (struct wish){.private = jwk->is_private}, arena, out);
}

err jwk_thumbprint(const struct jwk *jwk, struct arena *arena, str *out) {
    str text;
    TRY(write_json(jwk, (struct wish){0}, arena, &text));
    return sha256_base64url(text, arena, out);
}

err jwk_bare_json(const struct jwk *jwk, struct arena *arena, str *out) {
    REQUIRE(jwk->kty != JOSE_KTY_oct, jose_key, "a symmetric key has no public form");
    return write_json(jwk, (struct wish){0}, arena, out);
}

err jwk_public_json(const struct jwk *jwk, struct arena *arena, str *out) {
    REQUIRE(jwk->kty != JOSE_KTY_oct, jose_key, "a symmetric key has no public form");
    return write_json(jwk, (struct wish){.about = true}, arena, out);
}

err jwk_private_json(const struct jwk *jwk, struct arena *arena, str *out) {
    REQUIRE(jwk->is_private, jose_key, "this key has no private part");
    return write_json(jwk, (struct wish){.private = true, .about = true}, arena, out);
}
