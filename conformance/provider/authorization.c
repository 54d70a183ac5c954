/* The authorization endpoint (OIDC Core 3.1.2, 3.2.2, 3.3.2): signs the person in at once. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/authorization_request.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/grants.h"
#include "conformance/provider/id_token.h"
#include "conformance/provider/jarm.h"
#include "conformance/provider/pushed_request.h"
#include "conformance/provider/registration.h"
#include "conformance/provider/request_object.h"
#include "conformance/provider/userinfo.h"

enum { TOKEN_LIFETIME_S = 600 };

static json_t *grant_of(const json_t *client, const json_t *ask) {
    char *sid = base64url_random(12);
    json_t *grant = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "client_id",
                              text_of(client, "client_id"), "sub", USERINFO_SUB, "sid", sid,
                              "scope", text_of(ask, "scope"), "nonce", text_of(ask, "nonce"),
                              "redirect_uri", text_of(ask, "redirect_uri"), "code_challenge",
                              text_of(ask, "code_challenge"), "auth_time", (json_int_t)time(NULL));
    free(sid);
    json_object_set(grant, "dpop_jkt", json_object_get(ask, "dpop_jkt"));
    return grant;
}

static json_t *response_of(struct provider *provider, const json_t *grant, const char *type) {
    json_t *response = json_object();
    struct id_token_beside beside = {0};
    if (response_type_has(type, "code")) {
        beside.code = grants_issue(provider, grant, "code");
        json_object_set_new(response, "code", json_string(beside.code));
    }
    if (response_type_has(type, "token")) {
        beside.access_token = grants_issue(provider, grant, "access_token");
        json_object_update_new(response,
                               json_pack("{s:s, s:s, s:s}", "access_token", beside.access_token,
                                         "token_type", "Bearer", "expires_in", "600"));
    }
    if (!beside.code && !beside.access_token) /* nothing to redeem, but a session to end */
        grants_issue(provider, grant, "id_token");
    if (response_type_has(type, "id_token")) {
        char *token = id_token_front(provider, grant, &beside);
        json_object_set_new(response, "id_token", json_string(token));
        free(token);
    }
    return response;
}

static json_t *deliver(const json_t *ask, json_t *response) {
    const char *uri = text_of(ask, "redirect_uri"), *type = text_of(ask, "response_type");
    if (text_is(text_of(ask, "response_mode"), "form_post"))
        return answer_form_post(uri, response);
    char *encoded = parameters_encode(response);
    char *url = text_is(type, "code") ? parameters_url(uri, response)
                                      : memory_format("%s#%s", uri, encoded);
    json_t *answer = answer_redirect(url);
    free(url);
    free(encoded);
    return answer;
}

static json_t *sign_in(struct provider *provider, const json_t *client, const json_t *ask) {
    json_t *grant = grant_of(client, ask);
    grants_remember(provider, grant);
    json_t *response = response_of(provider, grant, text_of(ask, "response_type"));
    if (text_of(ask, "state")[0])
        json_object_set(response, "state", json_object_get(ask, "state"));
    json_object_set_new(response, "iss", json_string(provider->issuer));
    fault_bend(provider, IN_AUTHORIZATION_RESPONSE, response);
    if (word_among(text_of(ask, "response_mode"), "jwt|query.jwt")) {
        json_t *plain = response;
        response = jarm_response(provider, text_of(client, "client_id"), plain);
        json_decref(plain);
    }
    json_t *answer = deliver(ask, response);
    json_decref(response);
    json_decref(grant);
    return answer;
}

static json_t *refuse(struct provider *provider, const char *why) {
    provider_complain(provider, "the-authorization-request-is-good", "OIDCC-3.1.2.1", "%s", why);
    return answer_text(400, "text/plain", why);
}

/* The request that counts; the caller owns. NULL: a complaint says what was wrong. */
static json_t *request_of(struct provider *provider, const json_t *client,
                          const struct asked *asked) {
    if (text_is(provider_setup(provider, "RP_PAR"), "1"))
        return pushed_request_take(provider, asked->parameters);
    return request_object_read(provider, client, asked->parameters);
}

json_t *authorization_answer(struct provider *provider, const struct asked *asked) {
    json_t *client = registration_find(provider, text_of(asked->parameters, "client_id"));
    if (!client)
        return refuse(provider, "the client_id is none that is known here");
    json_t *ask = request_of(provider, client, asked);
    if (!ask)
        return answer_text(400, "text/plain", "the request cannot be used: see the report");
    json_object_update(asked->parameters, ask);
    const char *wrong = authorization_request_wrong(provider, client, ask);
    json_t *answer = wrong ? refuse(provider, wrong) : sign_in(provider, client, ask);
    json_decref(ask);
    return answer;
}
