/* OIDC Discovery 1.0: the metadata, the keys, and WebFinger. */
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/fapi.h"

static const char lists[] =
    "{\"scopes_supported\": [\"openid\", \"profile\", \"email\", \"address\", \"phone\","
    "  \"offline_access\"],"
    " \"response_types_supported\": [\"code\", \"id_token\", \"id_token token\", \"code id_token\","
    "  \"code token\", \"code id_token token\"],"
    " \"response_modes_supported\": [\"query\", \"fragment\", \"form_post\"],"
    " \"grant_types_supported\": [\"authorization_code\", \"implicit\", \"refresh_token\"],"
    " \"subject_types_supported\": [\"public\"],"
    " \"id_token_signing_alg_values_supported\": [\"RS256\", \"PS256\", \"ES256\", \"EdDSA\","
    "  \"HS256\", \"none\"],"
    " \"userinfo_signing_alg_values_supported\": [\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"],"
    " \"request_object_signing_alg_values_supported\": [\"RS256\", \"PS256\", \"ES256\","
    "  \"EdDSA\", \"none\"],"
    " \"token_endpoint_auth_methods_supported\": [\"client_secret_basic\", \"client_secret_post\","
    "  \"client_secret_jwt\", \"private_key_jwt\", \"tls_client_auth\","
    "  \"self_signed_tls_client_auth\", \"none\"],"
    " \"token_endpoint_auth_signing_alg_values_supported\": [\"RS256\", \"PS256\", \"ES256\","
    "  \"EdDSA\", \"HS256\"],"
    " \"claims_supported\": [\"sub\", \"name\", \"given_name\", \"family_name\", \"email\","
    "  \"email_verified\", \"phone_number\", \"address\"],"
    " \"claim_types_supported\": [\"normal\", \"aggregated\", \"distributed\"],"
    " \"code_challenge_methods_supported\": [\"S256\"],"
    " \"claims_parameter_supported\": false, \"request_parameter_supported\": true,"
    " \"request_uri_parameter_supported\": true, \"require_request_uri_registration\": true,"
    " \"authorization_response_iss_parameter_supported\": true,"
    " \"frontchannel_logout_supported\": true, \"frontchannel_logout_session_supported\": true,"
    " \"backchannel_logout_supported\": true, \"backchannel_logout_session_supported\": true,"
    " \"tls_client_certificate_bound_access_tokens\": true}";

/* What FAPI 2.0 leaves of that, and adds to it. */
static const char fapi_lists[] =
    "{\"response_types_supported\": [\"code\"], \"response_modes_supported\": [\"query\", \"jwt\"],"
    " \"grant_types_supported\": [\"authorization_code\", \"refresh_token\"],"
    " \"id_token_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"userinfo_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"request_object_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"authorization_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"token_endpoint_auth_methods_supported\": [\"private_key_jwt\", \"tls_client_auth\","
    "  \"self_signed_tls_client_auth\"],"
    " \"token_endpoint_auth_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"dpop_signing_alg_values_supported\": [\"PS256\", \"ES256\", \"EdDSA\"],"
    " \"require_pushed_authorization_requests\": true}";

static void add_url(json_t *metadata, const char *member, const char *base, const char *path) {
    char *url = memory_format("%s%s", base, path);
    json_object_set_new(metadata, member, json_string(url));
    free(url);
}

/* RFC 8705 5: what a client with a certificate calls. */
static json_t *aliases(const struct provider *provider) {
    json_t *aliases = json_object();
    add_url(aliases, "token_endpoint", provider->mtls_base, "/token");
    add_url(aliases, "userinfo_endpoint", provider->mtls_base, "/userinfo");
    if (fapi_applies(provider))
        add_url(aliases, "pushed_authorization_request_endpoint", provider->mtls_base, "/par");
    return aliases;
}

json_t *discovery_answer(struct provider *provider, const struct asked *asked) {
    (void)asked;
    json_t *metadata = json_loads(lists, 0, NULL);
    const char *issuer = provider->issuer;
    json_object_set_new(metadata, "issuer", json_string(issuer));
    add_url(metadata, "authorization_endpoint", issuer, "/authorize");
    add_url(metadata, "token_endpoint", issuer, "/token");
    add_url(metadata, "userinfo_endpoint", issuer, "/userinfo");
    add_url(metadata, "registration_endpoint", issuer, "/register");
    add_url(metadata, "end_session_endpoint", issuer, "/logout");
    if (fapi_applies(provider)) {
        json_object_update_new(metadata, json_loads(fapi_lists, 0, NULL));
        add_url(metadata, "pushed_authorization_request_endpoint", issuer, "/par");
    }
    char *keys = memory_format("/keys/%s", provider->random);
    add_url(metadata, "jwks_uri", issuer, keys);
    free(keys);
    json_object_set_new(metadata, "mtls_endpoint_aliases", aliases(provider));
    fault_bend(provider, IN_DISCOVERY, metadata);
    return answer_json(200, metadata);
}

json_t *discovery_jwks_answer(struct provider *provider, const struct asked *asked) {
    (void)asked;
    json_t *set = signing_keys_jwks(provider->keys);
    fault_bend(provider, IN_JWKS, set);
    return answer_json(200, set);
}

/* OIDC Discovery 2: an acct: or https: resource of this host, whose issuer we are. */
json_t *discovery_webfinger_answer(struct provider *provider, const struct asked *asked) {
    const char *resource = text_of(asked->parameters, "resource");
    const char *rel = text_of(asked->parameters, "rel");
    const char *wanted = "http://openid.net/specs/connect/1.0/issuer";
    if (strcmp(resource, provider_setup(provider, "RP_WEBFINGER")) != 0) {
        provider_complain(provider, "webfinger-asks-for-the-identifier", "OIDCD-2.1",
                          "the resource asked for was \"%s\"", resource);
        return answer_error(404, "not_found", "nobody of this name is here");
    }
    if (strcmp(rel, wanted) != 0)
        provider_complain(provider, "webfinger-asks-for-the-issuer", "OIDCD-2", "rel was \"%s\"",
                          rel);
    json_t *answer = answer_json(200, json_pack("{s:s, s:[{s:s, s:s}]}", "subject", resource,
                                                "links", "rel", wanted, "href", provider->issuer));
    json_object_set_new(json_object_get(answer, "headers"), "Content-Type",
                        json_string("application/jrd+json"));
    return answer;
}
