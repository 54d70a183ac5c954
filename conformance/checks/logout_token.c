#include "conformance/checks/logout_token.h"

#include <string.h>
#include <strings.h>

#include "conformance/checks/id_token.h"

#define FORM  "application/x-www-form-urlencoded"
#define EVENT "http://schemas.openid.net/event/backchannel-logout"

const char *check_logout_request(struct run *run, const json_t *request) {
    const char *type = text_of(json_object_get(request, "headers"), "content-type");
    check_same(run, FAILURE, "the-logout-token-comes-by-post", "BackChannel-2.5",
               text_of(request, "method"), "POST");
    check(run, FAILURE, "the-logout-token-comes-in-a-form", "BackChannel-2.5",
          strncasecmp(type, FORM, strlen(FORM)) == 0 && !strchr(text_of(request, "query"), '='),
          "content type \"%s\"", type);
    json_t *form = pool_json(run->pool, parameters_parse(text_of(request, "body")));
    const char *token = text_of(form, "logout_token");
    check(run, FAILURE, "the-form-has-a-logout-token-alone", "BackChannel-2.5",
          token[0] && json_object_size(form) == 1, "it has %zu parameters, and %s logout_token",
          json_object_size(form), token[0] ? "a" : "no");
    check_same(run, WARNING, "the-provider-speaks-tls-1.3", "RFC9325-3.1.1",
               text_of(request, "tls"), "TLSv1.3");
    return token;
}

/* Back-Channel Logout 2.4: explicit typing is recommended. */
static void check_type(struct run *run, const char *token) {
    const char *type = text_of(id_token_header(run, token), "typ");
    check(run, FAILURE, "the-logout-token-is-typed-as-one", "BackChannel-2.4",
          !type[0] || strcasecmp(type, "logout+jwt") == 0 ||
              strcasecmp(type, "application/logout+jwt") == 0 || strcasecmp(type, "jwt") == 0,
          "typ \"%s\"", type);
}

static void check_events(struct run *run, const json_t *claims) {
    const json_t *events = json_object_get(claims, "events");
    const json_t *event = json_object_get(events, EVENT);
    check(run, FAILURE, "events-says-logout-and-nothing-else", "BackChannel-2.4",
          json_object_size(events) == 1 && json_is_object(event) && json_object_size(event) == 0,
          "it is not {\"" EVENT "\": {}}");
}

/* The client registered backchannel_logout_session_required. */
static void check_whose(struct run *run, const struct flow *flow, const json_t *claims) {
    check_same(run, FAILURE, "sid-is-that-of-the-id-token", "BackChannel-2.4",
               text_of(claims, "sid"), text_of(flow->claims, "sid"));
    if (json_object_get(claims, "sub"))
        check_same(run, FAILURE, "sub-is-that-of-the-id-token", "BackChannel-2.4",
                   text_of(claims, "sub"), text_of(flow->claims, "sub"));
}

void check_logout_token(struct run *run, const struct flow *flow, const char *token) {
    const char *alg = text_of(flow->client->metadata, "id_token_signed_response_alg");
    const json_t *claims = check_signed_token(run, flow->client, token, alg[0] ? alg : "RS256");
    check_type(run, token);
    check_same(run, FAILURE, "iss-is-the-issuer", "BackChannel-2.6", text_of(claims, "iss"),
               text_of(run->discovery, "issuer"));
    check(run, FAILURE, "aud-has-the-client", "BackChannel-2.6",
          audience_has(json_object_get(claims, "aud"), flow->client->id),
          "aud does not contain the client_id");
    check_id_token_times(run, claims);
    check(run, FAILURE, "jti-is-a-text", "BackChannel-2.4", text_of(claims, "jti")[0] != '\0',
          "the logout token has no jti");
    check_events(run, claims);
    check_whose(run, flow, claims);
    check(run, FAILURE, "a-logout-token-has-no-nonce", "BackChannel-2.4",
          !json_object_get(claims, "nonce"), "it has a nonce");
}
