#include "conformance/token_oracle.h"

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/memory.h"

enum { MAX_TOKEN = 8192, MAX_KEY = 1024 }; /* libjwt 1.10 copies a token to the stack */

/* base64url to bytes; the length, or 0. */
static size_t decode(const char *text, size_t n, unsigned char *out, size_t room) {
    char padded[MAX_TOKEN + 4];
    if (n == 0 || n > MAX_TOKEN || n / 4 * 3 + 3 > room)
        return 0;
    memcpy(padded, text, n);
    for (size_t i = 0; i < n; i++)
        padded[i] = padded[i] == '-' ? '+' : padded[i] == '_' ? '/' : padded[i];
    size_t padding = (4 - n % 4) % 4;
    memset(padded + n, '=', padding);
    int size = EVP_DecodeBlock(out, (const unsigned char *)padded, (int)(n + padding));
    return size < 0 ? 0 : (size_t)size - padding;
}

static size_t member_bytes(const json_t *jwk, const char *name, unsigned char out[MAX_KEY]) {
    const char *text = json_string_value(json_object_get(jwk, name));
    return text ? decode(text, strlen(text), out, MAX_KEY) : 0;
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
    unsigned char n_bytes[MAX_KEY], e_bytes[MAX_KEY];
    size_t n_size = member_bytes(jwk, "n", n_bytes), e_size = member_bytes(jwk, "e", e_bytes);
    BIGNUM *n = BN_bin2bn(n_bytes, (int)n_size, NULL), *e = BN_bin2bn(e_bytes, (int)e_size, NULL);
    EVP_PKEY *key = NULL;
    if (n_size && e_size && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        key = key_from("RSA", build);
    BN_free(n);
    BN_free(e);
    return key;
}

static EVP_PKEY *p256_key(const json_t *jwk, OSSL_PARAM_BLD *build) {
    unsigned char point[1 + 2 * MAX_KEY] = {4};
    if (member_bytes(jwk, "x", point + 1) != 32 || member_bytes(jwk, "y", point + 33) != 32)
        return NULL;
    if (!OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) ||
        !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 65))
        return NULL;
    return key_from("EC", build);
}

/* The public key as libjwt wants it: PEM text. NULL if it cannot be made. */
static char *jwk_pem(const json_t *jwk, const char *alg) {
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = strcmp(alg, "RS256") == 0 ? rsa_key(jwk, build) : p256_key(jwk, build);
    OSSL_PARAM_BLD_free(build);
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL, *pem = NULL;
    if (key && bio && PEM_write_bio_PUBKEY(bio, key) == 1) {
        long size = BIO_get_mem_data(bio, &bytes);
        pem = memory_copy(bytes, (size_t)size);
    }
    BIO_free(bio);
    EVP_PKEY_free(key);
    return pem;
}

static json_t *part(const char *token, int index) {
    for (; index > 0 && token; index--)
        token = strchr(token, '.') ? strchr(token, '.') + 1 : NULL;
    if (!token)
        return NULL;
    unsigned char bytes[MAX_TOKEN];
    size_t n = decode(token, strcspn(token, "."), bytes, sizeof bytes);
    return json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, NULL);
}

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* The one key of the set with this kid and algorithm. */
static const json_t *find_key(const json_t *jwks, const json_t *header) {
    size_t i;
    json_t *jwk;
    json_array_foreach(json_object_get(jwks, "keys"), i, jwk) {
        const char *alg = text_of(jwk, "alg");
        if (strcmp(text_of(jwk, "kid"), text_of(header, "kid")) == 0 &&
            (!alg[0] || strcmp(alg, text_of(header, "alg")) == 0))
            return jwk;
    }
    return NULL;
}

static const char *verify(const json_t *jwks, const char *token, const json_t *header) {
    const char *alg = text_of(header, "alg");
    if (strcmp(alg, "RS256") != 0 && strcmp(alg, "ES256") != 0)
        return "libjwt can judge RS256 and ES256 only";
    const json_t *jwk = find_key(jwks, header);
    if (!jwk)
        return "no key of the JWKS has the token's kid";
    char *pem = jwk_pem(jwk, alg);
    if (!pem)
        return "the JWKS key could not be read";
    jwt_t *jwt = NULL;
    int code = jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem));
    bool same = code == 0 && strcmp(jwt_alg_str(jwt_get_alg(jwt)), alg) == 0;
    jwt_free(jwt);
    free(pem);
    return same ? NULL : "libjwt does not accept the signature";
}

json_t *token_oracle_claims(const json_t *jwks, const char *token, const char **problem) {
    *problem = "the token is not a compact JWS of at most 8 KiB";
    if (strlen(token) > MAX_TOKEN)
        return NULL;
    json_t *header = part(token, 0);
    if (header)
        *problem = verify(jwks, token, header);
    json_decref(header);
    return *problem ? NULL : part(token, 1);
}
