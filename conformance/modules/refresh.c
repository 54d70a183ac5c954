/* Refresh tokens (RFC 6749 6, OIDC Core 11 and 12). */
#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/id_token.h"
#include "conformance/checks/token_response.h"
#include "conformance/modules/modules.h"
#include "conformance/modules/refresh.h"

json_t *refresh_changes(struct run *run) {
    json_t *grants = json_pack("[s, s]", "authorization_code", "refresh_token");
    if (strcmp(run->variant.response_type, "code") != 0)
        json_array_append_new(grants, json_string("implicit"));
    return pool_json(run->pool, json_pack("{s:o}", "grant_types", grants));
}

struct flow *refresh_flow(struct run *run, struct client *client) {
    struct flow *flow = flow_new(run, client);
    if (discovery_lists(run, "scopes_supported", "offline_access")) {
        flow_set(flow, "scope", "openid offline_access");
        flow_set(flow, "prompt", "consent");
    }
    flow_complete(run, flow);
    return flow;
}

const struct http_response *refresh_send(struct run *run, const struct client *client,
                                         const char *refresh_token) {
    json_t *parameters = pool_json(run->pool, json_pack("{s:s, s:s}", "grant_type", "refresh_token",
                                                        "refresh_token", refresh_token));
    return client_post(run, client, "token_endpoint", parameters);
}

/* OIDC Core 12.2. */
static void check_refreshed_id_token(struct run *run, const struct flow *flow, const char *token) {
    const char *alg = text_of(flow->client->metadata, "id_token_signed_response_alg");
    const json_t *claims = check_signed_token(run, flow->client, token, alg[0] ? alg : "RS256");
    static const char *const same[] = {"iss", "sub", "aud", "azp"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        check(
            run, FAILURE, "the-refreshed-id-token-is-about-the-same", "OIDCC-12.2",
            json_equal(json_object_get(claims, same[i]), json_object_get(flow->claims, same[i])) ||
                (!json_object_get(claims, same[i]) && !json_object_get(flow->claims, same[i])),
            "%s differs", same[i]);
    static const char *const kept[] = {"auth_time", "nonce"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const json_t *value = json_object_get(claims, kept[i]);
        check(run, FAILURE, "auth_time-and-nonce-are-those-of-the-sign-in", "OIDCC-12.2",
              !value || json_equal(value, json_object_get(flow->claims, kept[i])), "%s differs",
              kept[i]);
    }
    check_id_token_times(run, claims);
    check(run, FAILURE, "iat-is-that-of-the-refresh", "OIDCC-12.2",
          json_number_value(json_object_get(claims, "iat")) >
              json_number_value(json_object_get(flow->claims, "iat")),
          "iat is not later than that of the first ID token, which is more than a second old");
}

json_t *refresh_check(struct run *run, const struct flow *flow,
                      const struct http_response *response) {
    json_t *tokens = check_token_response(run, response);
    check(run, FAILURE, "the-access-token-is-a-new-one", "RFC6749-6",
          strcmp(text_of(tokens, "access_token"), text_of(flow->tokens, "access_token")) != 0,
          "the same access token came again");
    if (text_of(tokens, "id_token")[0])
        check_refreshed_id_token(run, flow, text_of(tokens, "id_token"));
    return tokens;
}

void module_refresh_token(struct run *run) {
    struct client *client = client_make(run, refresh_changes(run));
    struct flow *flow = refresh_flow(run, client);
    if (!flow->refresh_token[0]) {
        check(run, WARNING, "refresh-tokens-are-given-as-advertised", "OIDCC-11",
              !discovery_lists(run, "grant_types_supported", "refresh_token"),
              "grant_types_supported has refresh_token, and none was given");
        module_skipped(run, "no refresh token was given");
    }
    run_wait(run, 1, "the new token is to have another iat");
    json_t *tokens = refresh_check(run, flow, refresh_send(run, client, flow->refresh_token));
    const char *newer = text_of(tokens, "refresh_token");
    struct client *other = client_make(run, refresh_changes(run));
    check_token_error(run, refresh_send(run, other, newer[0] ? newer : flow->refresh_token),
                      "RFC6749-6", "invalid_grant");
    module_passed(run);
}
