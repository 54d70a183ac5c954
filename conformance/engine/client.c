#include "conformance/engine/client.h"

#include <curl/curl.h>
#include <string.h>

#include "conformance/checks/registration.h"
#include "conformance/engine/client_assertion.h"
#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jwk.h"

static void release_key(void *key) {
    EVP_PKEY_free(key);
}

EVP_PKEY *client_new_key(struct run *run) {
    return pool_keep(run->pool, jwk_new_key("RSA"), release_key);
}

bool clients_are_static(const struct run *run) {
    return json_is_object(json_object_get(run->settings->file, "client"));
}

/* OIDC Registration 2: each response type goes with its grant types. */
static json_t *grant_types(const char *response_type) {
    json_t *types = json_array();
    bool code = response_type_has(response_type, "code");
    if (code)
        json_array_append_new(types, json_string("authorization_code"));
    if (response_type_has(response_type, "id_token") || response_type_has(response_type, "token"))
        json_array_append_new(types, json_string("implicit"));
    return types;
}

static json_t *jwks_of(EVP_PKEY *key) {
    return json_pack("{s:[o]}", "keys", jwk_of_key(key, "sig", "RS256"));
}

json_t *client_request(struct run *run) {
    json_t *redirects = json_array();
    json_array_append_new(
        redirects, json_string(pool_format(run->pool, "%s/callback", run->settings->base_url)));
    json_t *request =
        json_pack("{s:s, s:o, s:[s], s:o, s:[s], s:s, s:o}", "client_name", "conformance runner",
                  "redirect_uris", redirects, "contacts", "conformance@example.com", "grant_types",
                  grant_types(run->variant.response_type), "response_types",
                  run->variant.response_type, "token_endpoint_auth_method",
                  run->variant.client_auth, "jwks", jwks_of(run->settings->key));
    return pool_json(run->pool, request);
}

static void apply(json_t *request, json_t *changes) {
    const char *name;
    json_t *value;
    json_object_foreach(changes, name, value) {
        if (json_is_null(value))
            json_object_del(request, name);
        else
            json_object_set(request, name, value);
    }
}

static struct client *add(struct run *run, struct client made) {
    struct client *client = pool_alloc(run->pool, sizeof *client);
    *client = made;
    client->redirect_uri =
        json_string_value(json_array_get(json_object_get(made.metadata, "redirect_uris"), 0));
    if (!client->redirect_uri)
        client->redirect_uri = pool_format(run->pool, "%s/callback", run->settings->base_url);
    client->next = run->clients;
    run->clients = client;
    return client;
}

const struct http_response *client_register(struct run *run, const json_t *request) {
    const char *endpoint = text_of(run->discovery, "registration_endpoint");
    const char *token = text_of(run->settings->file, "initial_access_token");
    check(run, FAILURE, "registration-endpoint-is-known", "OIDCD-3", endpoint[0] != '\0',
          "the discovery document has no registration_endpoint; name static clients in --client");
    return run_send(
        run, &(struct http_request){
                 .url = endpoint,
                 .content_type = "application/json",
                 .body = pool_text(run->pool, json_dumps(request, JSON_COMPACT)),
                 .authorization = token[0] ? pool_format(run->pool, "Bearer %s", token) : NULL});
}

struct client *client_accept(struct run *run, const struct http_response *response) {
    json_t *metadata = run_json(run, response);
    struct client *client = NULL;
    /* Known first, so that it is deleted whatever else is wrong with it. */
    if (text_of(metadata, "client_id")[0])
        client = add(run, (struct client){.metadata = metadata,
                                          .id = text_of(metadata, "client_id"),
                                          .secret = text_of(metadata, "client_secret"),
                                          .auth = run->variant.client_auth,
                                          .key = run->settings->key,
                                          .registered = true});
    check_registration(run, response, metadata);
    const char *auth = text_of(metadata, "token_endpoint_auth_method");
    if (client && auth[0])
        client->auth = auth;
    return client;
}

/* How many of the run's clients came from the client file. */
static int static_clients(const struct run *run) {
    int n = 0;
    for (const struct client *client = run->clients; client; client = client->next)
        n += !client->registered;
    return n;
}

/* Whether a registered value does for a wanted one: the same, or an array with all its members. */
static bool does_for(const json_t *registered, const json_t *wanted) {
    size_t i, k;
    json_t *one, *there;
    json_array_foreach(wanted, i, one) {
        bool found = false;
        json_array_foreach(registered, k, there) {
            found = found || json_equal(one, there);
        }
        if (!found)
            return false;
    }
    return json_is_array(wanted) || json_equal(wanted, registered);
}

static struct client *static_client(struct run *run, json_t *changes) {
    const json_t *method = json_object_get(changes, "token_endpoint_auth_method");
    bool post = method && text_is(json_string_value(method), "client_secret_post");
    const char *name = post                       ? "client_secret_post"
                       : static_clients(run) == 0 ? "client"
                                                  : "client2";
    json_t *object = json_object_get(run->settings->file, name);
    if (!object)
        module_skipped(run, "the client file has no \"%s\"", name);
    const char *member;
    json_t *value;
    json_object_foreach(changes, member, value) {
        if (!json_is_null(value) && !does_for(json_object_get(object, member), value))
            module_skipped(run, "the static client is not registered with this \"%s\"", member);
    }
    const char *auth = text_of(object, "token_endpoint_auth_method");
    return add(run, (struct client){.metadata = object,
                                    .id = text_of(object, "client_id"),
                                    .secret = text_of(object, "client_secret"),
                                    .auth = auth[0] ? auth : run->variant.client_auth});
}

struct client *client_make(struct run *run, json_t *changes) {
    if (clients_are_static(run))
        return static_client(run, changes);
    json_t *request = client_request(run);
    apply(request, changes);
    return client_accept(run, client_register(run, request));
}

/* RFC 6749 2.3.1: form-urlencoded before they are joined. */
static const char *basic(struct run *run, const struct client *client) {
    char *id = curl_easy_escape(NULL, client->id, 0);
    char *secret = curl_easy_escape(NULL, client->secret, 0);
    const char *pair = pool_format(run->pool, "%s:%s", id, secret);
    curl_free(id);
    curl_free(secret);
    size_t n = strlen(pair);
    char *encoded = pool_text(run->pool, memory_new(n / 3 * 4 + 5, 1));
    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)pair, (int)n);
    return pool_format(run->pool, "Basic %s", encoded);
}

const char *client_authenticate(struct run *run, const struct client *client, json_t *parameters) {
    if (text_is(client->auth, "client_secret_basic"))
        return basic(run, client);
    if (text_is(client->auth, "client_secret_post")) {
        json_object_set_new(parameters, "client_id", json_string(client->id));
        json_object_set_new(parameters, "client_secret", json_string(client->secret));
    } else if (text_is(client->auth, "none")) {
        json_object_set_new(parameters, "client_id", json_string(client->id));
    } else {
        client_assertion_add(run, client, parameters, text_of(run->discovery, "token_endpoint"));
    }
    return NULL;
}

const struct http_response *client_post(struct run *run, const struct client *client,
                                        const char *endpoint, json_t *parameters) {
    const char *url = text_of(run->discovery, endpoint);
    check(run, FAILURE, "endpoint-is-known", "OIDCD-3", url[0] != '\0',
          "the discovery document has no %s", endpoint);
    const char *authorization = client_authenticate(run, client, parameters);
    return run_send(
        run, &(struct http_request){.url = url,
                                    .body = pool_text(run->pool, parameters_encode(parameters)),
                                    .authorization = authorization});
}

static void unregister(struct run *run, const struct client *client) {
    const char *url = text_of(client->metadata, "registration_client_uri");
    const char *token = text_of(client->metadata, "registration_access_token");
    if (!client->registered || !url[0])
        return;
    struct http_response *response = http_send(
        run->http,
        &(struct http_request){.url = url,
                               .method = "DELETE",
                               .authorization = pool_format(run->pool, "Bearer %s", token)});
    long status = response ? response->status : 0;
    http_response_free(response);
    check(run, WARNING, "client-is-deleted-with-204", "RFC7592-2.3", status == 204,
          "DELETE of the client configuration endpoint answered %ld", status);
}

void clients_unregister(struct run *run) {
    for (const struct client *client = run->clients; client; client = client->next)
        unregister(run, client);
}
