#include "conformance/provider/provider.h"

#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/fapi.h"
#include "conformance/provider/grants.h"
#include "conformance/provider/registration.h"

static const struct route {
    const char *endpoint, *method, *path;
    json_t *(*answer)(struct provider *provider, const struct asked *asked);
} routes[] = {
#define ROUTE(endpoint, method, path, function) {endpoint, method, path, function},
#include "conformance/provider/routes.def"
#undef ROUTE
};

static bool route_is(const struct provider *provider, const struct route *route, const char *path) {
    size_t n = strlen(route->path);
    if (route->path[n - 1] != '/')
        return strcmp(path, route->path) == 0;
    return strncmp(path, route->path, n) == 0 && strcmp(path + n, provider->random) == 0;
}

static const struct route *route_of(const struct provider *provider, const json_t *request) {
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (route_is(provider, &routes[i], text_of(request, "path")))
            return &routes[i];
    return NULL;
}

/* Query and form together: a parameter of both has a list, as one that came twice. */
static json_t *parameters_of(const json_t *request) {
    const char *type = text_of(json_object_get(request, "headers"), "content-type");
    bool form = strncmp(type, "application/x-www-form-urlencoded", 33) == 0;
    const char *query = text_of(request, "query"), *body = form ? text_of(request, "body") : "";
    char *both = memory_format("%s%s%s", query, query[0] && body[0] ? "&" : "", body);
    json_t *parameters = parameters_parse(both);
    free(both);
    return parameters;
}

static void remember(struct provider *provider, const struct route *route,
                     const struct asked *asked, const json_t *answer) {
    const json_t *request = asked->request;
    json_array_append_new(
        provider->seen,
        json_pack("{s:s, s:s, s:O, s:O, s:O, s:b, s:O}", "endpoint", route->endpoint, "method",
                  text_of(request, "method"), "parameters", asked->parameters, "headers",
                  json_object_get(request, "headers"), "body", json_object_get(request, "body"),
                  "mtls", asked->by_mtls, "status", json_object_get(answer, "status")));
}

/* For the report. */
static void tell(const struct provider *provider, const json_t *request, const json_t *answer) {
    const char *query = text_of(request, "query"), *body = text_of(request, "body");
    const char *authorization = text_of(json_object_get(request, "headers"), "authorization");
    const char *location = text_of(json_object_get(answer, "headers"), "Location");
    const char *answered = text_of(answer, "body");
    char *url = memory_format("%s%s%s", text_of(request, "path"), query[0] ? "?" : "", query);
    struct http_header header = {.name = memory_format("location"),
                                 .value = memory_format("%s", location)};
    struct http_response response = {
        .status = (long)json_integer_value(json_object_get(answer, "status")),
        .headers = &header,
        .n = location[0] ? 1 : 0,
        .body = memory_copy(answered, strlen(answered))};
    struct http_request asked = {.method = text_of(request, "method"),
                                 .url = url,
                                 .body = body[0] ? body : NULL,
                                 .authorization = authorization[0] ? authorization : NULL};
    outcome_exchange(provider->outcome, "provider was asked", &asked, &response, NULL);
    free(header.name);
    free(header.value);
    free(response.body);
    free(url);
}

static json_t *dispatch(struct provider *provider, const json_t *request, bool by_mtls) {
    const struct route *route = route_of(provider, request);
    if (!route)
        return answer_error(404, "not_found", "this provider has nothing at this path");
    if (route->method[0] && strcmp(route->method, text_of(request, "method")) != 0)
        return answer_error(405, "invalid_request", "not this method");
    struct asked asked = {.request = request, .by_mtls = by_mtls};
    asked.parameters = parameters_of(request);
    pthread_mutex_lock(&provider->lock);
    json_t *answer = route->answer(provider, &asked);
    remember(provider, route, &asked, answer);
    pthread_mutex_unlock(&provider->lock);
    json_decref(asked.parameters);
    return answer;
}

static json_t *answer(void *user, const json_t *request) {
    struct provider *provider = user;
    json_t *given = dispatch(provider, request, false);
    tell(provider, request, given);
    return given;
}

static json_t *answer_by_mtls(void *user, const json_t *request) {
    struct provider *provider = user;
    json_t *given = dispatch(provider, request, true);
    tell(provider, request, given);
    return given;
}

static struct listener *listen_for(struct provider *provider,
                                   const struct provider_options *options, bool mtls) {
    char *problem = NULL;
    struct listener *listener =
        listener_new(&(struct listener_options){.address = "127.0.0.1:0",
                                                .ca = options->ca,
                                                .ca_key = options->ca_key,
                                                .answer = mtls ? answer_by_mtls : answer,
                                                .user = provider,
                                                .asks_for_certificate = mtls},
                     &problem);
    if (!listener) {
        fprintf(stderr, "hitkey-conformance rp: %s\n", problem);
        exit(2);
    }
    return listener;
}

char *provider_account_host(struct provider *provider) {
    unsigned char at[3];
    char *problem = NULL;
    if (RAND_bytes(at, sizeof at) != 1)
        abort();
    char *host = memory_format("127.%d.%d.%d", 1 + at[0] % 254, at[1], 1 + at[2] % 254);
    char *address = memory_format("%s:443", host);
    provider->account_host =
        listener_new(&(struct listener_options){.address = address,
                                                .ca = provider->ca_file,
                                                .ca_key = provider->ca_key_file,
                                                .host = host,
                                                .answer = answer,
                                                .user = provider},
                     &problem);
    free(problem);
    free(address);
    if (provider->account_host)
        return host;
    free(host);
    return memory_format("127.0.0.1:%d", listener_port(provider->listener));
}

static void set_url(struct provider *provider, const char *name, const char *base,
                    const char *path) {
    char *url = memory_format("%s%s", base, path);
    json_object_set_new(provider->setup, name, json_string(url));
    free(url);
}

/* The protected resource of the FAPI plans. */
static void set_resource(struct provider *provider) {
    bool mtls = text_is(provider_setup(provider, "RP_SENDER"), "mtls");
    if (fapi_applies(provider))
        set_url(provider, "RP_RESOURCE_URL", mtls ? provider->mtls_base : provider->issuer,
                "/resource");
}

struct provider *provider_new(const struct provider_options *options) {
    struct provider *provider = memory_new(1, sizeof *provider);
    pthread_mutex_init(&provider->lock, NULL);
    provider->fault = options->fault;
    provider->setup = json_incref(options->setup);
    provider->outcome = options->outcome;
    provider->ca_file = options->ca;
    provider->ca_key_file = options->ca_key;
    provider->keys = signing_keys_new();
    provider->random = base64url_random(12);
    provider->clients = json_object();
    provider->grants = json_object();
    provider->seen = json_array();
    provider->complaints = json_array();
    pthread_mutex_lock(&provider->lock);
    provider->listener = listen_for(provider, options, false);
    provider->mtls = listen_for(provider, options, true);
    provider->issuer = memory_format("https://127.0.0.1:%d/op", listener_port(provider->listener));
    provider->mtls_base = memory_format("https://127.0.0.1:%d/op", listener_port(provider->mtls));
    set_url(provider, "RP_ISSUER", provider->issuer, "");
    set_url(provider, "RP_REQUEST_BASE", provider->issuer, "/request/");
    set_resource(provider);
    registration_of_setup(provider);
    pthread_mutex_unlock(&provider->lock);
    return provider;
}

void provider_free(struct provider *provider) {
    listener_free(provider->listener);
    listener_free(provider->mtls);
    listener_free(provider->account_host);
    signing_keys_free(provider->keys);
    json_decref(provider->setup);
    json_decref(provider->clients);
    json_decref(provider->grants);
    json_decref(provider->seen);
    json_decref(provider->complaints);
    free(provider->issuer);
    free(provider->mtls_base);
    free(provider->random);
    pthread_mutex_destroy(&provider->lock);
    free(provider);
}

const char *provider_setup(const struct provider *provider, const char *name) {
    return text_of(provider->setup, name);
}

void provider_complain(struct provider *provider, const char *name, const char *spec,
                       const char *detail, ...) {
    va_list args;
    va_start(args, detail);
    char *text = memory_format_list(detail, args);
    va_end(args);
    json_array_append_new(provider->complaints, json_pack("{s:s, s:s, s:o}", "name", name, "spec",
                                                          spec, "detail", text_json(text)));
    free(text);
}

json_t *provider_take_complaints(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    json_t *complaints = provider->complaints;
    provider->complaints = json_array();
    pthread_mutex_unlock(&provider->lock);
    return complaints;
}

json_t *provider_requests(struct provider *provider, const char *endpoint) {
    json_t *found = json_array(), *request;
    size_t i;
    pthread_mutex_lock(&provider->lock);
    json_array_foreach(provider->seen, i, request) {
        if (!endpoint || text_is(text_of(request, "endpoint"), endpoint))
            json_array_append(found, request);
    }
    pthread_mutex_unlock(&provider->lock);
    return found;
}

size_t provider_count(struct provider *provider, const char *endpoint) {
    json_t *requests = provider_requests(provider, endpoint);
    size_t n = json_array_size(requests);
    json_decref(requests);
    return n;
}

json_t *provider_last_grant(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    json_t *grant = json_deep_copy(grants_last(provider));
    pthread_mutex_unlock(&provider->lock);
    return grant;
}

void provider_read_setup(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    registration_of_setup(provider);
    pthread_mutex_unlock(&provider->lock);
}

void provider_set_fault(struct provider *provider, enum fault_id id) {
    pthread_mutex_lock(&provider->lock);
    provider->fault = fault_get(id);
    pthread_mutex_unlock(&provider->lock);
}

void provider_rotate(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    signing_keys_rotate(provider->keys);
    pthread_mutex_unlock(&provider->lock);
}

void provider_rotate_at_signing(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    provider->rotates_at_signing = true;
    pthread_mutex_unlock(&provider->lock);
}
