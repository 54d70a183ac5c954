#include "conformance/provider/request_object.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/jws.h"
#include "conformance/jose/token_oracle.h"
#include "conformance/provider/fapi.h"
#include "conformance/provider/fetch.h"
#include "conformance/provider/registration.h"

/* OIDC Registration 2, request_uris: this one, or a path below it; fragments do not count. */
static bool is_registered(const json_t *client, const char *uri) {
    size_t i, n = strcspn(uri, "#");
    json_t *one;
    json_array_foreach(json_object_get(client, "request_uris"), i, one) {
        const char *known = json_string_value(one);
        size_t known_n = known ? strcspn(known, "#") : 0;
        bool below = known_n && known[known_n - 1] == '/';
        if (known_n && n >= known_n && strncmp(uri, known, known_n) == 0 && (n == known_n || below))
            return true;
    }
    return false;
}

static char *object_of(struct provider *provider, const json_t *client, const json_t *parameters) {
    const char *value = text_of(parameters, "request"), *uri = text_of(parameters, "request_uri");
    if (value[0])
        return memory_copy(value, strlen(value));
    if (!uri[0])
        return NULL;
    if (!is_registered(client, uri))
        provider_complain(provider, "the-request-uri-is-registered", "OIDCR-2",
                          "request_uris of the client does not have %s", uri);
    char *object = fetch(provider, uri);
    if (!object)
        provider_complain(provider, "the-request-uri-has-the-object", "OIDCC-6.2",
                          "nothing could be fetched from %s", uri);
    return object;
}

static const char *wrong_with(struct provider *provider, const json_t *client, const char *object) {
    json_t *header = jws_part(object, 0), *claims = jws_part(object, 1);
    const char *alg = text_of(header, "alg"), *wrong = NULL;
    const char *registered = text_of(client, "request_object_signing_alg");
    json_t *keys = registration_keys(provider, client);
    if (!claims)
        wrong = "the request object is no JWT";
    else if (registered[0] ? !text_is(alg, registered) : text_is(alg, "none"))
        wrong = "the request object is not signed with the registered algorithm";
    else if (!text_is(alg, "none"))
        wrong = token_oracle_verify(keys, object, text_of(client, "client_secret"));
    /* RFC 9101 4: an object does not hold objects. */
    if (!wrong && (json_object_get(claims, "request") || json_object_get(claims, "request_uri")))
        wrong = "the request object holds request or request_uri";
    if (!wrong && fapi_applies(provider))
        wrong = fapi_wrong_with_object(provider, header, claims);
    json_decref(keys);
    json_decref(claims);
    json_decref(header);
    return wrong;
}

/* OIDC Core 6.1: client_id and response_type of the query must be the same. */
static const char *differs(const json_t *parameters, const json_t *claims) {
    static const char *const same[] = {"client_id", "response_type"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const char *in = text_of(claims, same[i]), *out = text_of(parameters, same[i]);
        if (in[0] && out[0] && !text_is(in, out))
            return same[i];
    }
    return NULL;
}

static json_t *merged(struct provider *provider, json_t *parameters, const char *object) {
    json_t *claims = jws_part(object, 1);
    const char *other = differs(parameters, claims);
    if (other)
        provider_complain(provider, "the-object-agrees-with-the-query", "OIDCC-6.1",
                          "%s is another inside than outside", other);
    json_t *all = json_copy(parameters);
    json_object_update(all, claims);
    json_decref(claims);
    return all;
}

json_t *request_object_read(struct provider *provider, const json_t *client, json_t *parameters) {
    const char *type = provider_setup(provider, "RP_REQUEST_TYPE");
    bool wanted = text_is(type, "request_object") || text_is(type, "request_uri");
    const char *member = text_is(type, "request_uri") ? "request_uri" : "request";
    if (wanted && !text_of(parameters, member)[0]) {
        provider_complain(provider, "the-request-is-of-the-type-asked-for", "OIDCC-6",
                          "RP_REQUEST_TYPE is %s, but there is no %s", type, member);
        return NULL;
    }
    if (!text_of(parameters, "request")[0] && !text_of(parameters, "request_uri")[0])
        return json_incref(parameters);
    char *object = object_of(provider, client, parameters);
    const char *wrong = object ? wrong_with(provider, client, object) : "there is none";
    json_t *all = wrong ? NULL : merged(provider, parameters, object);
    if (wrong && object)
        provider_complain(provider, "the-request-object-is-good", "OIDCC-6.3", "%s", wrong);
    free(object);
    return all;
}
