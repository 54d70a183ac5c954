#include "conformance/jose/token_oracle.h"

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/jwk.h"
#include "conformance/jose/jws.h"

enum { MAX_TOKEN = 8192 }; /* libjwt 1.10 copies a token to the stack */

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *type_of(const char *alg) {
    return starts(alg, "RS") || starts(alg, "PS") ? "RSA" : starts(alg, "ES") ? "EC" : "OKP";
}

static bool fits(const json_t *jwk, const json_t *header) {
    const char *alg = text_of(jwk, "alg"), *use = text_of(jwk, "use");
    const char *kid = text_of(header, "kid"), *wanted = text_of(header, "alg");
    return (!kid[0] || strcmp(text_of(jwk, "kid"), kid) == 0) &&
           (!alg[0] || strcmp(alg, wanted) == 0) && (!use[0] || strcmp(use, "sig") == 0) &&
           strcmp(text_of(jwk, "kty"), type_of(wanted)) == 0;
}

const json_t *token_oracle_key(const json_t *jwks, const json_t *header, const char **problem) {
    const json_t *found = NULL;
    size_t i;
    json_t *jwk;
    json_array_foreach(json_object_get(jwks, "keys"), i, jwk) {
        if (!fits(jwk, header))
            continue;
        if (found) {
            *problem = "more than one key of the JWKS fits the token's header";
            return NULL;
        }
        found = jwk;
    }
    if (!found)
        *problem = "no key of the JWKS fits the token's kid and alg";
    return found;
}

/* The public key as libjwt wants it: PEM text. */
static char *pem_of(EVP_PKEY *key) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL, *pem = NULL;
    if (bio && PEM_write_bio_PUBKEY(bio, key) == 1) {
        long size = BIO_get_mem_data(bio, &bytes);
        pem = memory_copy(bytes, (size_t)size);
    }
    BIO_free(bio);
    return pem;
}

/* It knows these algorithms, and no typ but JWT. */
static bool libjwt_can(const char *alg, const char *type) {
    return (starts(alg, "RS") || starts(alg, "ES") || starts(alg, "HS")) &&
           (!type[0] || strcasecmp(type, "JWT") == 0);
}

static const char *ask_libjwt(const char *token, const json_t *header, EVP_PKEY *key,
                              const char *secret) {
    const char *alg = text_of(header, "alg");
    if (!libjwt_can(alg, text_of(header, "typ")) || strlen(token) > MAX_TOKEN)
        return NULL;
    char *pem = key ? pem_of(key) : memory_copy(secret, strlen(secret));
    jwt_t *jwt = NULL;
    int code = pem ? jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem)) : -1;
    bool same = code == 0 && strcmp(jwt_alg_str(jwt_get_alg(jwt)), alg) == 0;
    jwt_free(jwt);
    free(pem);
    return same ? NULL : "libjwt does not accept the signature";
}

static const char *verify(const json_t *jwks, const char *token, const json_t *header,
                          const char *secret) {
    const char *alg = text_of(header, "alg"), *problem = NULL;
    bool symmetric = starts(alg, "HS");
    if (symmetric && !secret)
        return "the token is signed with a secret that there is not";
    const json_t *jwk = symmetric ? NULL : token_oracle_key(jwks, header, &problem);
    if (problem)
        return problem;
    EVP_PKEY *key = jwk ? jwk_public_key(jwk) : NULL;
    if (!symmetric && !key)
        return "the JWKS key could not be read";
    problem = jws_verify(token, alg, key, secret);
    if (!problem)
        problem = ask_libjwt(token, header, key, secret);
    EVP_PKEY_free(key);
    return problem;
}

const char *token_oracle_verify(const json_t *jwks, const char *token, const char *secret) {
    json_t *header = jws_part(token, 0);
    const char *problem = header ? verify(jwks, token, header, secret) : "the token is not a JWS";
    json_decref(header);
    return problem;
}

json_t *token_oracle_claims(const json_t *jwks, const char *token, const char **problem) {
    *problem = token_oracle_verify(jwks, token, NULL);
    return *problem ? NULL : jws_part(token, 1);
}
