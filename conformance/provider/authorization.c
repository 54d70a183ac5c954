/* The authorization endpoint (OIDC Core 3.1.2, 3.2.2, 3.3.2): signs the person in at once. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/grants.h"
#include "conformance/provider/id_token.h"
#include "conformance/provider/registration.h"
#include "conformance/provider/request_object.h"
#include "conformance/provider/userinfo.h"

enum { TOKEN_LIFETIME_S = 600 };

static const char *repeated(json_t *parameters) {
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        if (json_is_array(value))
            return name;
    }
    return NULL;
}

/* What each request must have; the first that it has not, as the detail of a complaint. */
static const char *wrong_with(struct provider *provider, const json_t *client, json_t *ask) {
    const char *type = text_of(ask, "response_type"), *mode = text_of(ask, "response_mode");
    const char *wanted = provider_setup(provider, "RP_RESPONSE_MODE");
    if (repeated(ask))
        return "a parameter came twice (RFC 6749 3.1)";
    if (!registration_lists(client, "redirect_uris", text_of(ask, "redirect_uri")))
        return "the redirect_uri is not a registered one";
    if (!text_is(type, provider_setup(provider, "RP_RESPONSE_TYPE")))
        return "the response_type is not RP_RESPONSE_TYPE";
    if (!response_type_has(text_of(ask, "scope"), "openid"))
        return "the scope has no openid";
    if (text_is(wanted, "form_post") && !text_is(mode, "form_post"))
        return "the response_mode is not RP_RESPONSE_MODE";
    if (response_type_has(type, "id_token") && !text_of(ask, "nonce")[0])
        return "there is no nonce, although an ID token comes by the front channel";
    if (text_of(ask, "code_challenge")[0] &&
        !text_is(text_of(ask, "code_challenge_method"), "S256"))
        return "the code_challenge_method is not S256 (RFC 7636 4.2)";
    return NULL;
}

static json_t *grant_of(const json_t *client, const json_t *ask) {
    char *sid = base64url_random(12);
    json_t *grant = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "client_id",
                              text_of(client, "client_id"), "sub", USERINFO_SUB, "sid", sid,
                              "scope", text_of(ask, "scope"), "nonce", text_of(ask, "nonce"),
                              "redirect_uri", text_of(ask, "redirect_uri"), "code_challenge",
                              text_of(ask, "code_challenge"), "auth_time", (json_int_t)time(NULL));
    free(sid);
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
    json_t *response = response_of(provider, grant, text_of(ask, "response_type"));
    if (text_of(ask, "state")[0])
        json_object_set(response, "state", json_object_get(ask, "state"));
    json_object_set_new(response, "iss", json_string(provider->issuer));
    fault_bend(provider, IN_AUTHORIZATION_RESPONSE, response);
    json_t *answer = deliver(ask, response);
    json_decref(response);
    json_decref(grant);
    return answer;
}

static json_t *refuse(struct provider *provider, const char *why) {
    provider_complain(provider, "the-authorization-request-is-good", "OIDCC-3.1.2.1", "%s", why);
    return answer_text(400, "text/plain", why);
}

json_t *authorization_answer(struct provider *provider, const struct asked *asked) {
    json_t *client = registration_find(provider, text_of(asked->parameters, "client_id"));
    if (!client)
        return refuse(provider, "the client_id is none that is known here");
    json_t *ask = request_object_read(provider, client, asked->parameters);
    if (!ask)
        return answer_text(400, "text/plain", "the request object cannot be used");
    const char *wrong = wrong_with(provider, client, ask);
    json_t *answer = wrong ? refuse(provider, wrong) : sign_in(provider, client, ask);
    json_decref(ask);
    return answer;
}
