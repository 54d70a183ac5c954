#include "conformance/provider/id_token.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/checks/hash.h"
#include "conformance/engine/parameters.h"
#include "conformance/provider/registration.h"
#include "conformance/provider/signed_token.h"
#include "conformance/provider/userinfo.h"

enum { LIFETIME_S = 300 };

static const char *alg_of(struct provider *provider, const json_t *grant) {
    return registration_of(registration_find(provider, text_of(grant, "client_id")),
                           "id_token_signed_response_alg", "RS256");
}

static json_t *claims_of(struct provider *provider, const json_t *grant) {
    json_int_t now = (json_int_t)time(NULL);
    json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:O, s:s}", "iss", provider->issuer,
                               "sub", text_of(grant, "sub"), "aud", text_of(grant, "client_id"),
                               "iat", now, "exp", now + LIFETIME_S, "auth_time",
                               json_object_get(grant, "auth_time"), "sid", text_of(grant, "sid"));
    if (text_of(grant, "nonce")[0])
        json_object_set(claims, "nonce", json_object_get(grant, "nonce"));
    return claims;
}

static void add_hash(json_t *claims, const char *member, const char *alg, const char *value) {
    char *hash = value ? hash_half(text_is(alg, "none") ? "RS256" : alg, value) : NULL;
    if (hash)
        json_object_set_new(claims, member, json_string(hash));
    free(hash);
}

/* Every ID token is signed here, and where the keys are to change just before, they do. */
static char *sign(struct provider *provider, const json_t *grant, json_t *claims) {
    json_t *client = registration_find(provider, text_of(grant, "client_id"));
    if (provider->rotates_at_signing)
        signing_keys_rotate(provider->keys);
    provider->rotates_at_signing = false;
    return signed_token(provider, IN_ID_TOKEN_SIGNATURE, alg_of(provider, grant), "JWT", claims,
                        text_of(client, "client_secret"));
}

char *id_token_front(struct provider *provider, const json_t *grant,
                     const struct id_token_beside *beside) {
    json_t *claims = claims_of(provider, grant);
    add_hash(claims, "c_hash", alg_of(provider, grant), beside->code);
    add_hash(claims, "at_hash", alg_of(provider, grant), beside->access_token);
    /* OIDC Core 5.4: without an access token, the ID token has the claims of the scopes. */
    if (text_is(provider_setup(provider, "RP_RESPONSE_TYPE"), "id_token"))
        userinfo_add_claims(claims, text_of(grant, "scope"));
    fault_bend(provider, IN_ID_TOKEN, claims);
    fault_bend(provider, IN_FRONT_ID_TOKEN, claims);
    return sign(provider, grant, claims);
}

char *id_token_back(struct provider *provider, const json_t *grant, const char *access_token) {
    json_t *claims = claims_of(provider, grant);
    add_hash(claims, "at_hash", alg_of(provider, grant), access_token);
    fault_bend(provider, IN_ID_TOKEN, claims);
    return sign(provider, grant, claims);
}

char *id_token_refreshed(struct provider *provider, const json_t *grant, const char *access_token) {
    json_t *claims = claims_of(provider, grant);
    json_object_del(claims, "nonce");
    add_hash(claims, "at_hash", alg_of(provider, grant), access_token);
    fault_bend(provider, IN_REFRESHED_ID_TOKEN, claims);
    return sign(provider, grant, claims);
}
