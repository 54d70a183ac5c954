#include "conformance/jose/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

static const struct {
    const char *crv, *type, *group;
    size_t size;
} curves[] = {
    {"P-256", "EC", "prime256v1", 32}, {"P-384", "EC", "secp384r1", 48},
    {"P-521", "EC", "secp521r1", 66},  {"Ed25519", "ED25519", NULL, 32},
    {"Ed448", "ED448", NULL, 57},      {"X25519", "X25519", NULL, 32},
};
enum { CURVES = sizeof curves / sizeof curves[0], MAX_COORDINATE = 66 };

static int curve_of(const char *crv) {
    for (int i = 0; i < CURVES; i++)
        if (strcmp(curves[i].crv, crv) == 0)
            return i;
    return -1;
}

struct bytes jwk_member(const json_t *jwk, const char *name) {
    const char *text = text_of(jwk, name);
    return base64url_decode(text, strlen(text));
}

static EVP_PKEY *key_from(const char *type, OSSL_PARAM_BLD *build) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params && context && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(const json_t *jwk, OSSL_PARAM_BLD *build) {
    struct bytes n_bytes = jwk_member(jwk, "n"), e_bytes = jwk_member(jwk, "e");
    BIGNUM *n = BN_bin2bn(n_bytes.p, (int)n_bytes.n, NULL);
    BIGNUM *e = BN_bin2bn(e_bytes.p, (int)e_bytes.n, NULL);
    EVP_PKEY *key = NULL;
    if (n_bytes.n && e_bytes.n && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        key = key_from("RSA", build);
    BN_free(n);
    BN_free(e);
    free(n_bytes.p);
    free(e_bytes.p);
    return key;
}

static EVP_PKEY *ec_key(const json_t *jwk, OSSL_PARAM_BLD *build) {
    int curve = curve_of(text_of(jwk, "crv"));
    if (curve < 0 || !curves[curve].group)
        return NULL;
    size_t size = curves[curve].size;
    struct bytes x = jwk_member(jwk, "x"), y = jwk_member(jwk, "y");
    unsigned char point[1 + 2 * MAX_COORDINATE] = {4};
    EVP_PKEY *key = NULL;
    if (x.n == size && y.n == size) {
        memcpy(point + 1, x.p, size);
        memcpy(point + 1 + size, y.p, size);
        if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curves[curve].group,
                                            0) &&
            OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size))
            key = key_from("EC", build);
    }
    free(x.p);
    free(y.p);
    return key;
}

static EVP_PKEY *okp_key(const json_t *jwk) {
    int curve = curve_of(text_of(jwk, "crv"));
    struct bytes x = jwk_member(jwk, "x");
    EVP_PKEY *key = NULL;
    if (curve >= 0 && !curves[curve].group && x.n == curves[curve].size)
        key = EVP_PKEY_new_raw_public_key_ex(NULL, curves[curve].type, NULL, x.p, x.n);
    free(x.p);
    return key;
}

EVP_PKEY *jwk_public_key(const json_t *jwk) {
    const char *type = text_of(jwk, "kty");
    if (strcmp(type, "OKP") == 0)
        return okp_key(jwk);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = strcmp(type, "RSA") == 0  ? rsa_key(jwk, build)
                    : strcmp(type, "EC") == 0 ? ec_key(jwk, build)
                                              : NULL;
    OSSL_PARAM_BLD_free(build);
    return key;
}

EVP_PKEY *jwk_new_key(const char *kind) {
    int curve = curve_of(kind);
    EVP_PKEY *key = curve < 0             ? EVP_RSA_gen(2048)
                    : curves[curve].group ? EVP_EC_gen(curves[curve].crv)
                                          : EVP_PKEY_Q_keygen(NULL, NULL, curves[curve].type);
    if (!key)
        abort();
    return key;
}

static void set_number(json_t *jwk, const char *member, EVP_PKEY *key, const char *param,
                       size_t size) {
    BIGNUM *number = NULL;
    unsigned char bytes[1024];
    if (EVP_PKEY_get_bn_param(key, param, &number) != 1)
        abort();
    int n = BN_bn2binpad(number, bytes, (int)(size ? size : (size_t)BN_num_bytes(number)));
    char *text = base64url_encode(bytes, (size_t)n);
    json_object_set_new(jwk, member, json_string(text));
    free(text);
    BN_free(number);
}

static void set_raw(json_t *jwk, EVP_PKEY *key) {
    unsigned char raw[64];
    size_t n = sizeof raw;
    if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1)
        abort();
    char *text = base64url_encode(raw, n);
    json_object_set_new(jwk, "x", json_string(text));
    free(text);
}

static int curve_of_key(EVP_PKEY *key) {
    char group[64] = "";
    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
    for (int i = 0; i < CURVES; i++)
        if (curves[i].group ? strcmp(curves[i].group, group) == 0
                            : EVP_PKEY_is_a(key, curves[i].type))
            return i;
    return -1;
}

json_t *jwk_of_key(EVP_PKEY *key, const char *use, const char *alg) {
    json_t *jwk = json_object();
    int curve = curve_of_key(key);
    if (EVP_PKEY_is_a(key, "RSA")) {
        json_object_set_new(jwk, "kty", json_string("RSA"));
        set_number(jwk, "n", key, OSSL_PKEY_PARAM_RSA_N, 0);
        set_number(jwk, "e", key, OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (curve >= 0) {
        bool ec = curves[curve].group != NULL;
        json_object_set_new(jwk, "kty", json_string(ec ? "EC" : "OKP"));
        json_object_set_new(jwk, "crv", json_string(curves[curve].crv));
        if (ec) {
            set_number(jwk, "x", key, OSSL_PKEY_PARAM_EC_PUB_X, curves[curve].size);
            set_number(jwk, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y, curves[curve].size);
        } else {
            set_raw(jwk, key);
        }
    }
    if (use)
        json_object_set_new(jwk, "use", json_string(use));
    if (alg)
        json_object_set_new(jwk, "alg", json_string(alg));
    return jwk;
}

char *jwk_thumbprint(const json_t *jwk) {
    static const struct {
        const char *kty, *members[4];
    } rows[] = {
        {"RSA", {"e", "kty", "n"}}, {"EC", {"crv", "kty", "x", "y"}}, {"OKP", {"crv", "kty", "x"}}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].kty, text_of(jwk, "kty")) != 0)
            continue;
        json_t *picked = json_object();
        for (size_t k = 0; k < 4 && rows[i].members[k]; k++)
            json_object_set_new(picked, rows[i].members[k],
                                json_string(text_of(jwk, rows[i].members[k])));
        char *text = json_dumps(picked, JSON_COMPACT | JSON_SORT_KEYS);
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        EVP_Digest(text, strlen(text), digest, &size, EVP_sha256(), NULL);
        free(text);
        json_decref(picked);
        return base64url_encode(digest, size);
    }
    return NULL;
}
