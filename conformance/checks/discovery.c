#include "conformance/checks/discovery.h"

#include <string.h>

#include "conformance/checks/discovery_members.h"
#include "conformance/checks/token_response.h"

bool discovery_lists(const struct run *run, const char *member, const char *value) {
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(run->discovery, member), i, item) {
        if (json_is_string(item) && text_is(json_string_value(item), value))
            return true;
    }
    return false;
}

bool discovery_says(const struct run *run, const char *member, bool otherwise) {
    const json_t *value = json_object_get(run->discovery, member);
    return value ? json_is_true(value) : otherwise;
}

/* OIDC Discovery 4: the issuer's trailing slash goes before the path is put behind it. */
static const char *discovery_url(struct run *run) {
    const char *issuer = run->settings->issuer;
    size_t n = strlen(issuer);
    return pool_format(run->pool, "%.*s/.well-known/openid-configuration",
                       (int)(n && issuer[n - 1] == '/' ? n - 1 : n), issuer);
}

static void check_auth_method(struct run *run) {
    const char *method = run->variant.client_auth;
    bool listed = discovery_lists(run, "token_endpoint_auth_methods_supported", method);
    bool implied = !json_object_get(run->discovery, "token_endpoint_auth_methods_supported") &&
                   text_is(method, "client_secret_basic");
    check(run, FAILURE, "the-authentication-method-is-supported", "OIDCD-3", listed || implied,
          "token_endpoint_auth_methods_supported has no %s", method);
}

void check_discovery(struct run *run) {
    const struct http_response *response =
        run_send(run, &(struct http_request){.url = discovery_url(run)});
    check(run, FAILURE, "discovery-answers-200", "OIDCD-4.2", response->status == 200, "status %ld",
          response->status);
    check(run, FAILURE, "discovery-is-json", "OIDCD-4.2",
          has_media_type(response, "application/json"), "content type \"%s\"",
          http_header(response, "content-type"));
    run->discovery = run_json(run, response);
    check(run, FAILURE, "discovery-is-a-json-object", "OIDCD-4.2", run->discovery != NULL,
          "the body is no JSON object");
    check_same(run, FAILURE, "issuer-is-the-one-asked", "OIDCD-4.3",
               text_of(run->discovery, "issuer"), run->settings->issuer);
    static const char *const needed[] = {"authorization_endpoint", "jwks_uri"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        check(run, FAILURE, "discovery-has-what-is-needed", "OIDCD-3",
              text_of(run->discovery, needed[i])[0] != '\0', "no %s", needed[i]);
    if (!response_type_has(run->variant.response_type, "code"))
        return;
    check(run, FAILURE, "discovery-has-what-is-needed", "OIDCD-3",
          text_of(run->discovery, "token_endpoint")[0] != '\0', "no token_endpoint");
    check_auth_method(run);
}

static void check_issuer(struct run *run) {
    const char *issuer = text_of(run->discovery, "issuer");
    check(run, FAILURE, "issuer-is-an-https-url", "OIDCD-3",
          strncmp(issuer, "https://", 8) == 0 && !strpbrk(issuer, "?#"), "issuer %s", issuer);
}

static void check_lists(struct run *run) {
    bool dynamic = run->plan->list == LIST_DYNAMIC;
    static const char *const dynamic_types[] = {"code", "id_token", "id_token token"};
    for (size_t i = 0; dynamic && i < sizeof dynamic_types / sizeof dynamic_types[0]; i++)
        check(run, FAILURE, "the-mandatory-response-types-are-there", "OIDCC-15.2",
              discovery_lists(run, "response_types_supported", dynamic_types[i]) ||
                  (i == 2 && discovery_lists(run, "response_types_supported", "token id_token")),
              "response_types_supported has no \"%s\"", dynamic_types[i]);
    bool grants = json_object_get(run->discovery, "grant_types_supported") != NULL;
    check(run, FAILURE, "the-grant-types-fit", "OIDCD-3",
          !grants || discovery_lists(run, "grant_types_supported", "authorization_code"),
          "grant_types_supported has no authorization_code");
    check(run, FAILURE, "the-grant-types-fit", "OIDCC-15.2",
          !dynamic || !grants || discovery_lists(run, "grant_types_supported", "implicit"),
          "grant_types_supported has no implicit");
    check(run, FAILURE, "RS256-is-supported", "OIDCD-3",
          discovery_lists(run, "id_token_signing_alg_values_supported", "RS256"),
          "id_token_signing_alg_values_supported has no RS256");
    check(run, FAILURE, "openid-is-a-scope", "OIDCD-3",
          discovery_lists(run, "scopes_supported", "openid"), "scopes_supported has no openid");
    check(run, WARNING, "RS256-signs-request-objects", "OIDCC-6.1",
          !json_object_get(run->discovery, "request_object_signing_alg_values_supported") ||
              discovery_lists(run, "request_object_signing_alg_values_supported", "RS256"),
          "request_object_signing_alg_values_supported has no RS256");
}

void check_discovery_whole(struct run *run) {
    check_issuer(run);
    check_discovery_members(run);
    check_lists(run);
}
