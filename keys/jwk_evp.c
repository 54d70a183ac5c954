/* From JWK members to an EVP_PKEY, with the checks that EVP_PKEY_fromdata leaves out. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/jwk_internal.h"
#include "keys/roca.h"

enum { RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192 };

typedef OSSL_PARAM_BLD *builder_ref;
static void builder_ref_drop(builder_ref *builder) {
    OSSL_PARAM_BLD_free(*builder);
}
typedef OSSL_PARAM *params_ref;
static void params_ref_drop(params_ref *params) {
    OSSL_PARAM_free(*params);
}
typedef EVP_PKEY_CTX *pkey_ctx_ref;
static void pkey_ctx_ref_drop(pkey_ctx_ref *context) {
    EVP_PKEY_CTX_free(*context);
}
typedef BIGNUM *bignum_ref;
static void bignum_ref_drop(bignum_ref *number) {
    BN_clear_free(*number);
}

static const struct curve {
    str crv;
    const char *group;
    size_t size;
} curves[] = {
    {S_INIT("P-256"), "P-256", 32}, {S_INIT("P-384"), "P-384", 48}, {S_INIT("P-521"), "P-521", 66}};

err jwk_member(const json_t *json, const char *name, struct arena *arena, str *out) {
    str text = json_read_str(json, name);
    *out = STR_ABSENT;
    if (!json_object_get(json, name))
        return OK;
    REQUIRE(text.n > 0 && text.n <= JWK_MAX_MEMBER * 4 / 3 + 3, jose_key,
            "a member of the JWK is not base64url text, or is too long");
    REQUIRE(!failed(base64url_decode(arena, text, out)), jose_key,
            "a member of the JWK is not base64url text");
    return OK;
}

static err from_data(const char *type, OSSL_PARAM_BLD *builder, bool is_private, EVP_PKEY **out) {
    AUTO(params_ref) params = OSSL_PARAM_BLD_to_param(builder);
    AUTO(pkey_ctx_ref) context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    REQUIRE(params && context, no_memory, "there is no memory for a key");
    REQUIRE(EVP_PKEY_fromdata_init(context) == 1 &&
                EVP_PKEY_fromdata(context, out, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                                  params) == 1,
            jose_key, "the numbers of the JWK do not make a key");
    return OK;
}

static bool is_eddsa(const EVP_PKEY *key) {
    return EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
}

/* One signature, made and verified: the two halves belong together. (EVP_PKEY_pairwise_check tests
 * the primes of an RSA key again, which takes a hundred times as long.) */
static bool halves_match(EVP_PKEY *key) {
    static const uint8_t text[] = "one signature";
    uint8_t signature[1024];
    size_t n = sizeof signature;
    const char *hash = is_eddsa(key) ? NULL : "SHA2-256";
    AUTO(md_ctx_ref) sign = EVP_MD_CTX_new();
    AUTO(md_ctx_ref) verify = EVP_MD_CTX_new();
    return sign && verify && EVP_DigestSignInit_ex(sign, NULL, hash, NULL, NULL, key, NULL) == 1 &&
           EVP_DigestSign(sign, signature, &n, text, sizeof text) == 1 &&
           EVP_DigestVerifyInit_ex(verify, NULL, hash, NULL, NULL, key, NULL) == 1 &&
           EVP_DigestVerify(verify, signature, n, text, sizeof text) == 1;
}

/* EVP_PKEY_fromdata takes points at infinity, n = 0 and more; this does not. */
static err check_key(EVP_PKEY *key, bool is_private) {
    AUTO(pkey_ctx_ref) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    REQUIRE(context && EVP_PKEY_public_check(context) == 1, jose_key,
            "the public part of the JWK is not a valid key");
    /* X25519 does not sign, and its halves were compared. */
    REQUIRE(!is_private || EVP_PKEY_is_a(key, "X25519") || halves_match(key), jose_key,
            "the private part of the JWK does not belong to its public part");
    return OK;
}

static err push_number(OSSL_PARAM_BLD *builder, const char *name, str bytes, bignum_ref *number) {
    *number = BN_bin2bn((const uint8_t *)bytes.p, (int)bytes.n, NULL);
    REQUIRE(*number && OSSL_PARAM_BLD_push_BN(builder, name, *number) == 1, no_memory,
            "there is no memory for a key");
    return OK;
}

/* RFC 7518 6.3: n and e; a private key has d and, as ours do, the CRT members too. */
static const struct {
    const char *member, *param;
} rsa_members[] = {{"n", OSSL_PKEY_PARAM_RSA_N},          {"e", OSSL_PKEY_PARAM_RSA_E},
                   {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                   {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                   {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};
enum { RSA_MEMBERS = sizeof rsa_members / sizeof rsa_members[0], RSA_PUBLIC_MEMBERS = 2 };

/* Bounds before any arithmetic: a 32768-bit key is a way to burn our processor. */
static err check_rsa_numbers(str n, str e) {
    REQUIRE(n.n && e.n && n.p[0] && e.p[0], jose_key,
            "an RSA key needs n and e without zeros in front");
    size_t bits = n.n * 8;
    for (unsigned top = (uint8_t)n.p[0]; !(top & 0x80); top <<= 1)
        bits--;
    REQUIRE(bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS, jose_key,
            "an RSA key must have 2048 to 8192 bits");
    uint8_t last = (uint8_t)e.p[e.n - 1];
    REQUIRE(e.n <= 4 && (last & 1) && (e.n > 1 || last >= 3), jose_key,
            "the exponent of an RSA key must be odd, at least 3, and fit 32 bits");
    REQUIRE(!roca_fingerprint(n), jose_key,
            "the RSA key was made by a library with a weakness (CVE-2017-15361): make a new one");
    return OK;
}

static err import_rsa(const json_t *json, struct jwk *jwk) {
    str bytes[RSA_MEMBERS];
    bignum_ref numbers[RSA_MEMBERS] = {0};
    for (size_t i = 0; i < RSA_MEMBERS; i++)
        TRY(jwk_member(json, rsa_members[i].member, jwk->arena, &bytes[i]));
    TRY(check_rsa_numbers(bytes[0], bytes[1]));
    REQUIRE(!json_object_get(json, "oth"), jose_key, "an RSA key with more than two primes");
    for (size_t i = RSA_PUBLIC_MEMBERS; i < RSA_MEMBERS; i++)
        jwk->is_private |= str_present(bytes[i]); /* then all of them must be there */
    size_t used = jwk->is_private ? RSA_MEMBERS : RSA_PUBLIC_MEMBERS;
    AUTO(builder_ref) builder = OSSL_PARAM_BLD_new();
    REQUIRE(builder, no_memory, "there is no memory for a key");
    err e = OK;
    for (size_t i = 0; i < used && !failed(e); i++)
        e = str_present(bytes[i])
                ? push_number(builder, rsa_members[i].param, bytes[i], &numbers[i])
                : FAIL(jose_key, "a private RSA key needs d, p, q, dp, dq and qi");
    if (!failed(e))
        e = from_data("RSA", builder, jwk->is_private, &jwk->pkey);
    for (size_t i = 0; i < RSA_MEMBERS; i++)
        bignum_ref_drop(&numbers[i]);
    return e;
}

static const struct curve *find_curve(str crv) {
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (str_eq(crv, curves[i].crv))
            return &curves[i];
    return NULL;
}

/* RFC 7518 6.2.1: coordinates have exactly the length of the field. */
static err import_ec(const json_t *json, struct jwk *jwk) {
    const struct curve *curve = find_curve(json_read_str(json, "crv"));
    REQUIRE(curve, jose_key, "the curve must be P-256, P-384 or P-521");
    str x, y, d, point;
    TRY(jwk_member(json, "x", jwk->arena, &x));
    TRY(jwk_member(json, "y", jwk->arena, &y));
    TRY(jwk_member(json, "d", jwk->arena, &d));
    REQUIRE(x.n == curve->size && y.n == curve->size, jose_key,
            "a coordinate of an EC key has the wrong length");
    REQUIRE(!str_present(d) || d.n == curve->size, jose_key,
            "the private part of an EC key has the wrong length");
    TRY(STR_JOIN(jwk->arena, &point, S("\x04"), x, y));
    jwk->is_private = str_present(d);
    jwk->crv = curve->crv;
    AUTO(builder_ref) builder = OSSL_PARAM_BLD_new();
    AUTO(bignum_ref) number = NULL;
    REQUIRE(
        builder &&
            OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) &&
            OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n),
        no_memory, "there is no memory for a key");
    if (jwk->is_private)
        TRY(push_number(builder, OSSL_PKEY_PARAM_PRIV_KEY, d, &number));
    return from_data("EC", builder, jwk->is_private, &jwk->pkey);
}

static err import_oct(const json_t *json, struct jwk *jwk) {
    str k;
    TRY(jwk_member(json, "k", jwk->arena, &k));
    REQUIRE(k.n >= 16 && k.n <= JWK_MAX_SECRET, jose_key,
            "a symmetric key must have 16 to 256 bytes");
    jwk->secret = arena_alloc(jwk->arena, k.n);
    REQUIRE(jwk->secret, no_memory, "there is no memory for a key");
    memcpy(jwk->secret, k.p, k.n);
    jwk->secret_size = k.n;
    jwk->is_private = true;
    return OK;
}

static const struct {
    str name;
    enum jose_kty kty;
    err (*import)(const json_t *, struct jwk *);
} types[] = {
    {S_INIT("RSA"), JOSE_KTY_RSA, import_rsa},
    {S_INIT("EC"), JOSE_KTY_EC, import_ec},
    {S_INIT("OKP"), JOSE_KTY_OKP, jwk_okp_import},
    {S_INIT("oct"), JOSE_KTY_oct, import_oct},
};

err jwk_evp_import(const json_t *json, struct jwk *jwk) {
    str kty = json_read_str(json, "kty");
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!str_eq(kty, types[i].name))
            continue;
        jwk->kty = types[i].kty;
        TRY(types[i].import(json, jwk));
        return jwk->pkey ? check_key(jwk->pkey, jwk->is_private) : OK;
    }
    return FAIL(jose_key, "the kty of the JWK must be RSA, EC, OKP or oct");
}
