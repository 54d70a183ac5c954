#include "conformance/provider/dpop.h"

#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jwk.h"
#include "conformance/jose/jws.h"
#include "conformance/provider/answer.h"

enum { SKEW_S = 60 };

static const char *const nonces[DPOP_SERVERS] = {"dpop nonce", "dpop nonce of the resource"};

/* The setup of a module may say dpop_nonce=none. */
static bool wants_nonce(const struct provider *provider) {
    return !text_is(provider_setup(provider, "dpop_nonce"), "none");
}

/* Where the request came to, without query (RFC 9449 4.2). */
static char *url_of(const struct provider *provider, const struct asked *asked) {
    const char *base = asked->by_mtls ? provider->mtls_base : provider->issuer;
    int origin = (int)(strrchr(base, '/') - base);
    return memory_format("%.*s%s", origin, base, text_of(asked->request, "path"));
}

static const char *wrong_with_header(const json_t *header) {
    const json_t *jwk = json_object_get(header, "jwk");
    if (!text_is(text_of(header, "typ"), "dpop+jwt"))
        return "typ is not dpop+jwt";
    if (!word_among(text_of(header, "alg"), "PS256|ES256|EdDSA"))
        return "alg is not one of dpop_signing_alg_values_supported";
    if (!json_is_object(jwk))
        return "there is no jwk in its header";
    return json_object_get(jwk, "d") || json_object_get(jwk, "k") ? "its jwk is not a public key"
                                                                  : NULL;
}

static const char *wrong_with_signature(const char *proof, const json_t *header) {
    EVP_PKEY *key = jwk_public_key(json_object_get(header, "jwk"));
    const char *wrong =
        key ? jws_verify(proof, text_of(header, "alg"), key, NULL) : "its jwk is no key";
    EVP_PKEY_free(key);
    return wrong;
}

static bool is_ath(const char *found, const char *access_token) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t n = 0;
    if (EVP_Q_digest(NULL, "SHA256", NULL, access_token, strlen(access_token), digest, &n) != 1)
        abort();
    char *expected = base64url_encode(digest, n);
    bool same = text_is(found, expected);
    free(expected);
    return same;
}

static bool is_used(struct provider *provider, const char *jti) {
    char *key = memory_format("dpop jti %s", jti);
    bool used = json_object_get(provider->grants, key) != NULL;
    json_object_set_new(provider->grants, key, json_object());
    free(key);
    return used;
}

/* RFC 9449 4.3. */
static const char *wrong_with_claims(struct provider *provider, const struct asked *asked,
                                     const json_t *claims, const char *access_token) {
    const json_t *iat = json_object_get(claims, "iat");
    char *url = url_of(provider, asked);
    bool here = text_is(text_of(claims, "htu"), url);
    free(url);
    if (!text_of(claims, "jti")[0])
        return "it has no jti";
    if (!text_is(text_of(claims, "htm"), text_of(asked->request, "method")))
        return "htm is not the method of the request";
    if (!here)
        return "htu is not the URL of the request";
    if (!json_is_number(iat) || fabs(json_number_value(iat) - (double)time(NULL)) > SKEW_S)
        return "iat is not now";
    if (access_token && !is_ath(text_of(claims, "ath"), access_token))
        return "ath is not the hash of the access token";
    return is_used(provider, text_of(claims, "jti")) ? "its jti came twice" : NULL;
}

static const char *wrong_with(struct provider *provider, const struct asked *asked,
                              const char *proof, const char *access_token) {
    json_t *header = jws_part(proof, 0), *claims = jws_part(proof, 1);
    const char *wrong = claims ? wrong_with_header(header) : "it is no JWT";
    if (!wrong)
        wrong = wrong_with_signature(proof, header);
    if (!wrong)
        wrong = wrong_with_claims(provider, asked, claims, access_token);
    json_decref(header);
    json_decref(claims);
    return wrong;
}

/* RFC 9449 7.1: at a resource an error is a challenge, whose scheme a fault may bend. */
static json_t *refuse(struct provider *provider, enum dpop_server server, const char *error,
                      const char *why) {
    json_t *answer = answer_error(server == DPOP_AT_RESOURCE ? 401 : 400, error, why);
    if (server != DPOP_AT_RESOURCE)
        return answer;
    json_t *challenge = json_pack("{s:s}", "scheme", "DPoP");
    fault_bend(provider, IN_CHALLENGE, challenge);
    char *value = memory_format("%s error=\"%s\", algs=\"PS256 ES256 EdDSA\"",
                                text_of(challenge, "scheme"), error);
    json_object_set_new(json_object_get(answer, "headers"), "WWW-Authenticate", json_string(value));
    free(value);
    json_decref(challenge);
    return answer;
}

/* The nonce of the last announcement. */
static bool has_nonce(const struct provider *provider, enum dpop_server server, const char *proof) {
    json_t *claims = jws_part(proof, 1);
    bool has = text_is(text_of(claims, "nonce"), text_of(provider->grants, nonces[server])) &&
               text_of(claims, "nonce")[0];
    json_decref(claims);
    return has;
}

static char *thumbprint_of(const char *proof) {
    json_t *header = jws_part(proof, 0);
    char *thumbprint = jwk_thumbprint(json_object_get(header, "jwk"));
    json_decref(header);
    return thumbprint;
}

char *dpop_check(struct provider *provider, const struct asked *asked, enum dpop_server server,
                 const char *access_token, json_t **refusal) {
    const char *proof = text_of(json_object_get(asked->request, "headers"), "dpop");
    const char *wrong =
        proof[0] ? wrong_with(provider, asked, proof, access_token) : "there is none";
    *refusal = NULL;
    if (wrong) {
        provider_complain(provider, "the-dpop-proof-is-good", "RFC9449-4.3", "%s", wrong);
        *refusal = refuse(provider, server, "invalid_dpop_proof", wrong);
    } else if (wants_nonce(provider) && !has_nonce(provider, server, proof)) {
        *refusal = refuse(provider, server, "use_dpop_nonce", "a nonce is wanted");
        dpop_announce(provider, server, *refusal);
    }
    return *refusal ? NULL : thumbprint_of(proof);
}

void dpop_announce(struct provider *provider, enum dpop_server server, json_t *answer) {
    if (!wants_nonce(provider) || !text_is(provider_setup(provider, "RP_SENDER"), "dpop"))
        return;
    char *nonce = base64url_random(16);
    json_object_set_new(provider->grants, nonces[server], json_string(nonce));
    json_object_set_new(json_object_get(answer, "headers"), "DPoP-Nonce", json_string(nonce));
    free(nonce);
}
