#include "conformance/provider/pushed_request.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/authorization_request.h"
#include "conformance/provider/client_auth.h"
#include "conformance/provider/dpop.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/request_object.h"

enum { LIFETIME_S = 60 };

static json_t *refuse(struct provider *provider, const char *why) {
    provider_complain(provider, "the-pushed-request-is-good", "RFC9126-2.1", "%s", why);
    return answer_error(400, "invalid_request", why);
}

/* RFC 9449 10.1: a proof is as good as a dpop_jkt; NULL: there is nothing against it. */
static json_t *bind_to_key(struct provider *provider, const struct asked *asked, json_t *ask) {
    json_t *refusal = NULL;
    if (!text_of(json_object_get(asked->request, "headers"), "dpop")[0])
        return NULL;
    char *thumbprint = dpop_check(provider, asked, DPOP_AT_AUTHORIZATION_SERVER, NULL, &refusal);
    const char *named = text_of(ask, "dpop_jkt");
    if (thumbprint && named[0] && !text_is(named, thumbprint))
        refusal = refuse(provider, "dpop_jkt is another key's than the proof's");
    if (thumbprint)
        json_object_set_new(ask, "dpop_jkt", json_string(thumbprint));
    free(thumbprint);
    return refusal;
}

static json_t *keep(struct provider *provider, const json_t *client, json_t *ask) {
    static const char *const outside[] = {"client_assertion", "client_assertion_type",
                                          "client_secret", "request"};
    char *random = base64url_random(32);
    char *uri = memory_format("urn:ietf:params:oauth:request_uri:%s", random);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        json_object_del(ask, outside[i]);
    json_object_set(ask, "client_id", json_object_get(client, "client_id"));
    json_object_set(provider->grants, uri, ask);
    json_t *answer =
        answer_json(201, json_pack("{s:s, s:i}", "request_uri", uri, "expires_in", LIFETIME_S));
    free(uri);
    free(random);
    return answer;
}

static json_t *push(struct provider *provider, const struct asked *asked, const json_t *client) {
    json_t *ask = request_object_read(provider, client, asked->parameters);
    if (!ask)
        return answer_error(400, "invalid_request_object", "see the report");
    const char *wrong = authorization_request_wrong(provider, client, ask);
    json_t *answer = wrong ? refuse(provider, wrong) : bind_to_key(provider, asked, ask);
    if (!answer)
        answer = keep(provider, client, ask);
    json_object_update(asked->parameters, ask);
    json_decref(ask);
    return answer;
}

json_t *pushed_request_answer(struct provider *provider, const struct asked *asked) {
    if (json_object_get(asked->parameters, "request_uri"))
        return refuse(provider, "request_uri is inside of a pushed request");
    const json_t *client = client_auth(provider, asked);
    if (!client)
        return answer_error(401, "invalid_client", "see the report");
    json_t *answer = push(provider, asked, client);
    dpop_announce(provider, DPOP_AT_AUTHORIZATION_SERVER, answer);
    return answer;
}

/* RFC 9126 4, FAPI 2.0 Security Profile 5.3.3.2: client_id and request_uri, nothing beside. */
static const char *wrong_with(const json_t *parameters, const json_t *pushed) {
    if (!text_of(parameters, "request_uri")[0])
        return "there is no request_uri, although requests are to be pushed";
    if (json_object_size(parameters) != 2)
        return "there is more than client_id and request_uri";
    if (!pushed)
        return "the request_uri is none of this provider's, or was used before";
    return text_is(text_of(pushed, "client_id"), text_of(parameters, "client_id"))
               ? NULL
               : "the request_uri is another client's";
}

json_t *pushed_request_take(struct provider *provider, const json_t *parameters) {
    const char *uri = text_of(parameters, "request_uri");
    json_t *pushed = json_incref(json_object_get(provider->grants, uri));
    const char *wrong = wrong_with(parameters, pushed);
    json_object_del(provider->grants, uri);
    if (!wrong)
        return pushed;
    provider_complain(provider, "the-authorization-request-is-the-pushed-one", "RFC9126-4", "%s",
                      wrong);
    json_decref(pushed);
    return NULL;
}
