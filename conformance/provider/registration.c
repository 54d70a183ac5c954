#include "conformance/provider/registration.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/fetch.h"

/* What a member of the metadata must be: as the setup says. */
static const struct {
    const char *member, *variable, *otherwise;
} agreed[] = {
    {"token_endpoint_auth_method", "RP_CLIENT_AUTH", "client_secret_basic"},
    {"id_token_signed_response_alg", "RP_ID_TOKEN_ALG", "RS256"},
    {"userinfo_signed_response_alg", "RP_USERINFO_ALG", ""},
    {"request_object_signing_alg", "RP_REQUEST_OBJECT_ALG", ""},
};
enum { AGREED = sizeof agreed / sizeof agreed[0] };

const char *registration_of(const json_t *client, const char *member, const char *otherwise) {
    const char *value = text_of(client, member);
    return value[0] ? value : otherwise;
}

bool registration_lists(const json_t *client, const char *member, const char *value) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(client, member), i, one) {
        const char *text = json_string_value(one);
        if (text && strcmp(text, value) == 0)
            return true;
    }
    return false;
}

json_t *registration_find(struct provider *provider, const char *client_id) {
    return json_object_get(provider->clients, client_id);
}

json_t *registration_keys(struct provider *provider, const json_t *client) {
    const char *uri = text_of(client, "jwks_uri");
    if (!uri[0])
        return json_incref(json_object_get(client, "jwks"));
    char *body = fetch(provider, uri);
    json_t *keys = body ? json_loads(body, 0, NULL) : NULL;
    free(body);
    return keys;
}

static json_t *below(const struct provider *provider, const char *path) {
    char *url = memory_format("%s%s", provider_setup(provider, "RP_BASE_URL"), path);
    json_t *text = json_string(url);
    free(url);
    return text;
}

/* The whole of what a static client has, as its administrator would have told the provider. */
void registration_of_setup(struct provider *provider) {
    const char *id = provider_setup(provider, "RP_CLIENT_ID");
    if (!id[0])
        return;
    json_t *client = json_pack(
        "{s:s, s:s, s:[o], s:[s], s:[o], s:[o, s], s:o, s:o, s:b, s:o, s:b}", "client_id", id,
        "client_secret", provider_setup(provider, "RP_CLIENT_SECRET"), "redirect_uris",
        below(provider, "/callback"), "response_types",
        provider_setup(provider, "RP_RESPONSE_TYPE"), "post_logout_redirect_uris",
        below(provider, "/logged_out"), "request_uris", below(provider, "/request/"),
        provider_setup(provider, "RP_REQUEST_BASE"), "initiate_login_uri",
        below(provider, "/login"), "backchannel_logout_uri", below(provider, "/backchannel_logout"),
        "backchannel_logout_session_required", 1, "frontchannel_logout_uri",
        below(provider, "/frontchannel_logout"), "frontchannel_logout_session_required", 1);
    for (size_t i = 0; i < AGREED; i++) {
        const char *value = provider_setup(provider, agreed[i].variable);
        json_object_set_new(client, agreed[i].member,
                            json_string(value[0] ? value : agreed[i].otherwise));
    }
    json_object_set(client, "jwks", json_object_get(provider->setup, "jwks"));
    json_object_set_new(provider->clients, id, client);
}

static bool is_url_list(const json_t *list) {
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        const char *url = json_string_value(one);
        if (!url || !strstr(url, "://") || strchr(url, '#'))
            return false;
    }
    return json_array_size(list) > 0;
}

/* It registers what its setup told it to use. */
static void compare_with_setup(struct provider *provider, const json_t *metadata) {
    const char *type = provider_setup(provider, "RP_RESPONSE_TYPE");
    if (strcmp(type, "code") != 0 && !registration_lists(metadata, "response_types", type))
        provider_complain(provider, "the-response-type-is-registered", "OIDCR-2",
                          "response_types does not have \"%s\"", type);
    for (size_t i = 0; i < AGREED; i++) {
        const char *wanted = provider_setup(provider, agreed[i].variable);
        const char *found = registration_of(metadata, agreed[i].member, agreed[i].otherwise);
        /* RFC 8725 3.2: who takes no unsigned tokens may say so by another algorithm. */
        if (wanted[0] && strcmp(wanted, "none") != 0 && strcmp(wanted, found) != 0)
            provider_complain(provider, "the-setup-is-registered", "OIDCR-2",
                              "%s is \"%s\", but %s asks for \"%s\"", agreed[i].member, found,
                              agreed[i].variable, wanted);
    }
}

json_t *registration_answer(struct provider *provider, const struct asked *asked) {
    json_t *metadata = json_loads(text_of(asked->request, "body"), JSON_REJECT_DUPLICATES, NULL);
    const char *type = text_of(json_object_get(asked->request, "headers"), "content-type");
    if (!json_is_object(metadata) || strncmp(type, "application/json", 16) != 0 ||
        !is_url_list(json_object_get(metadata, "redirect_uris"))) {
        provider_complain(provider, "the-registration-is-well-formed", "OIDCR-3.1",
                          "it must be a JSON object with redirect_uris, of application/json");
        json_decref(metadata);
        return answer_error(400, "invalid_client_metadata", "see OIDC Registration 3.1");
    }
    compare_with_setup(provider, metadata);
    char *id = base64url_random(12), *access = base64url_random(32);
    const char *secret = provider_setup(provider, "client_secret");
    char *uri = memory_format("%s/client?client_id=%s", provider->issuer, id);
    json_object_update_new(metadata, json_pack("{s:s, s:s, s:i, s:s, s:s}", "client_id", id,
                                               "client_secret", secret, "client_secret_expires_at",
                                               0, "registration_access_token", access,
                                               "registration_client_uri", uri));
    json_object_set(provider->clients, id, metadata);
    free(uri);
    free(access);
    free(id);
    return answer_json(201, metadata);
}

/* RFC 7592: read and delete. */
json_t *registration_management_answer(struct provider *provider, const struct asked *asked) {
    const char *id = text_of(asked->parameters, "client_id");
    json_t *client = registration_find(provider, id);
    char *wanted = memory_format("Bearer %s", text_of(client, "registration_access_token"));
    const char *given = text_of(json_object_get(asked->request, "headers"), "authorization");
    bool allowed = client && text_is(given, wanted);
    free(wanted);
    if (!allowed)
        return answer_error(401, "invalid_token", "not the registration_access_token of a client");
    if (!text_is(text_of(asked->request, "method"), "DELETE"))
        return answer_json(200, json_incref(client));
    json_object_del(provider->clients, id);
    return answer_text(204, "text/plain", "");
}
