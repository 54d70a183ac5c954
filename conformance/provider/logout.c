#include "conformance/provider/logout.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"
#include "conformance/jose/token_oracle.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/grants.h"
#include "conformance/provider/registration.h"
#include "conformance/provider/signed_token.h"

enum { LIFETIME_S = 120 };

static json_t *claims_of(const struct provider *provider, const json_t *grant) {
    json_int_t now = (json_int_t)time(NULL);
    char *jti = base64url_random(12);
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:{s:{}}}", "iss", provider->issuer, "aud",
                  text_of(grant, "client_id"), "sub", text_of(grant, "sub"), "sid",
                  text_of(grant, "sid"), "iat", now, "exp", now + LIFETIME_S, "jti", jti, "events",
                  "http://schemas.openid.net/event/backchannel-logout");
    free(jti);
    return claims;
}

static char *token_of(struct provider *provider, const json_t *grant) {
    const json_t *client = registration_find(provider, text_of(grant, "client_id"));
    json_t *claims = claims_of(provider, grant);
    fault_bend(provider, IN_LOGOUT_TOKEN, claims);
    return signed_token(provider, IN_LOGOUT_TOKEN_SIGNATURE,
                        registration_of(client, "id_token_signed_response_alg", "RS256"),
                        "logout+jwt", claims, text_of(client, "client_secret"));
}

char *logout_token(struct provider *provider) {
    pthread_mutex_lock(&provider->lock);
    const json_t *grant = grants_last(provider);
    char *token = grant ? token_of(provider, grant) : NULL;
    pthread_mutex_unlock(&provider->lock);
    return token;
}

static const char *wrong_with(struct provider *provider, const json_t *hint, const json_t *client,
                              const struct asked *asked) {
    json_t *keys = signing_keys_jwks(provider->keys);
    const char *wrong = token_oracle_verify(keys, text_of(asked->parameters, "id_token_hint"),
                                            text_of(client, "client_secret"));
    json_decref(keys);
    if (wrong)
        return "the id_token_hint is no ID token that this provider signed";
    if (!text_is(text_of(hint, "iss"), provider->issuer) || !client)
        return "the id_token_hint is not of this provider and one of its clients";
    return registration_lists(client, "post_logout_redirect_uris",
                              text_of(asked->parameters, "post_logout_redirect_uri"))
               ? NULL
               : "the post_logout_redirect_uri is not a registered one";
}

/* OpenID Connect Front-Channel Logout 1.0, 3: a frame for the client, then the way back. */
static json_t *frame_and_back(const struct provider *provider, const char *uri, const char *sid,
                              const char *back) {
    json_t *tells = json_pack("{s:s, s:s}", "iss", provider->issuer, "sid", sid);
    char *frame = parameters_url(uri, tells);
    json_t *answer = answer_frame(frame, back);
    free(frame);
    json_decref(tells);
    return answer;
}

static char *way_back(struct provider *provider, const json_t *parameters) {
    const char *uri = text_of(parameters, "post_logout_redirect_uri");
    json_t *tells = json_object();
    if (text_of(parameters, "state")[0])
        json_object_set(tells, "state", json_object_get(parameters, "state"));
    fault_bend(provider, IN_LOGOUT_RESPONSE, tells);
    char *back =
        json_object_size(tells) ? parameters_url(uri, tells) : memory_copy(uri, strlen(uri));
    json_decref(tells);
    return back;
}

static json_t *sign_out(struct provider *provider, const json_t *hint, const json_t *client,
                        const json_t *parameters) {
    char *back = way_back(provider, parameters);
    const char *frame = text_of(client, "frontchannel_logout_uri");
    json_t *answer = provider_setup(provider, "frontchannel")[0] && frame[0]
                         ? frame_and_back(provider, frame, text_of(hint, "sid"), back)
                         : answer_redirect(back);
    free(back);
    return answer;
}

json_t *logout_end_session_answer(struct provider *provider, const struct asked *asked) {
    json_t *hint = jws_part(text_of(asked->parameters, "id_token_hint"), 1), *answer;
    const json_t *client = registration_find(provider, text_of(hint, "aud"));
    const char *wrong = wrong_with(provider, hint, client, asked);
    if (wrong) {
        provider_complain(provider, "the-logout-request-is-good", "RPInitiated-2", "%s", wrong);
        answer = answer_text(400, "text/plain", wrong);
    } else {
        answer = sign_out(provider, hint, client, asked->parameters);
    }
    json_decref(hint);
    return answer;
}
