#include "conformance/provider/logout.h"

#include <stdlib.h>
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

char *logout_token(struct provider *provider) {
    json_t *grant = grants_last(provider);
    if (!grant)
        return NULL;
    pthread_mutex_lock(&provider->lock);
    const json_t *client = registration_find(provider, text_of(grant, "client_id"));
    json_int_t now = (json_int_t)time(NULL);
    char *jti = base64url_random(12);
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:{s:{}}}", "iss", provider->issuer, "aud",
                  text_of(grant, "client_id"), "sub", text_of(grant, "sub"), "sid",
                  text_of(grant, "sid"), "iat", now, "exp", now + LIFETIME_S, "jti", jti, "events",
                  "http://schemas.openid.net/event/backchannel-logout");
    fault_bend(provider, IN_LOGOUT_TOKEN, claims);
    const char *alg = registration_of(client, "id_token_signed_response_alg", "RS256");
    char *token = signed_token(provider, IN_LOGOUT_TOKEN_SIGNATURE, alg, "logout+jwt", claims,
                               text_of(client, "client_secret"));
    pthread_mutex_unlock(&provider->lock);
    free(jti);
    json_decref(grant);
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
static json_t *frame_and_back(const struct provider *provider, const json_t *hint,
                              const json_t *client, const char *back) {
    json_t *tells = json_pack("{s:s, s:s}", "iss", provider->issuer, "sid", text_of(hint, "sid"));
    char *frame = parameters_url(text_of(client, "frontchannel_logout_uri"), tells);
    char *page =
        memory_format("<!doctype html><title>Signed out</title><iframe src=\"%s\"></iframe>"
                      "<meta http-equiv=refresh content=\"1;url=%s\">",
                      frame, back);
    json_t *answer = answer_text(200, "text/html", page);
    free(page);
    free(frame);
    json_decref(tells);
    return answer;
}

json_t *logout_end_session_answer(struct provider *provider, const struct asked *asked) {
    json_t *hint = jws_part(text_of(asked->parameters, "id_token_hint"), 1);
    const json_t *client = registration_find(provider, text_of(hint, "aud"));
    const char *wrong = wrong_with(provider, hint, client, asked);
    json_t *answer = NULL;
    if (wrong) {
        provider_complain(provider, "the-logout-request-is-good", "RPInitiated-2", "%s", wrong);
        answer = answer_text(400, "text/plain", wrong);
    } else {
        json_t *tells = json_object();
        if (text_of(asked->parameters, "state")[0])
            json_object_set(tells, "state", json_object_get(asked->parameters, "state"));
        fault_bend(provider, IN_LOGOUT_RESPONSE, tells);
        const char *uri = text_of(asked->parameters, "post_logout_redirect_uri");
        char *back =
            json_object_size(tells) ? parameters_url(uri, tells) : memory_format("%s", uri);
        answer = text_of(client, "frontchannel_logout_uri")[0]
                     ? frame_and_back(provider, hint, client, back)
                     : answer_redirect(back);
        free(back);
        json_decref(tells);
    }
    json_decref(hint);
    return answer;
}
