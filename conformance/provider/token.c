/* The token endpoint (RFC 6749 4.1.3, 6; RFC 7636; OIDC Core 3.1.3, 12). */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/client_auth.h"
#include "conformance/provider/dpop.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/grants.h"
#include "conformance/provider/id_token.h"
#include "conformance/provider/sender.h"

enum { LIFETIME_S = 600 };

/* RFC 7636 4.6. */
static bool verifier_fits(const char *challenge, const char *verifier) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t n = 0;
    if (!challenge[0])
        return !verifier[0];
    if (EVP_Q_digest(NULL, "SHA256", NULL, verifier, strlen(verifier), digest, &n) != 1)
        abort();
    char *expected = base64url_encode(digest, n);
    bool same = text_is(expected, challenge);
    free(expected);
    return same;
}

static const char *wrong_with_code(const json_t *grant, const json_t *client, const json_t *form) {
    if (!grant)
        return "the code is none of this provider's, or was used before";
    if (!text_is(text_of(grant, "client_id"), text_of(client, "client_id")))
        return "the code is another client's";
    if (!text_is(text_of(grant, "redirect_uri"), text_of(form, "redirect_uri")))
        return "the redirect_uri is not the one of the authorization request";
    return verifier_fits(text_of(grant, "code_challenge"), text_of(form, "code_verifier"))
               ? NULL
               : "the code_verifier does not fit the code_challenge";
}

static json_t *tokens_of(struct provider *provider, const json_t *grant,
                         char *(*id_token)(struct provider *, const json_t *, const char *)) {
    const char *access = grants_issue(provider, grant, "access_token");
    const char *refresh = grants_issue(provider, grant, "refresh_token");
    bool openid = response_type_has(text_of(grant, "scope"), "openid");
    char *identity = openid ? id_token(provider, grant, access) : NULL;
    json_t *answer = json_pack("{s:s, s:s, s:i, s:s, s:s*}", "access_token", access, "token_type",
                               sender_token_type(provider), "expires_in", LIFETIME_S,
                               "refresh_token", refresh, "id_token", identity);
    free(identity);
    fault_bend(provider, IN_TOKEN_RESPONSE, answer);
    answer = answer_json(200, answer);
    dpop_announce(provider, DPOP_AT_AUTHORIZATION_SERVER, answer);
    return answer;
}

static json_t *refuse(struct provider *provider, const char *why) {
    provider_complain(provider, "the-token-request-is-good", "RFC6749-4.1.3", "%s", why);
    return answer_error(400, "invalid_grant", why);
}

static json_t *redeem(struct provider *provider, const json_t *client, const json_t *form) {
    json_t *grant = grants_take(provider, text_of(form, "code"), "code");
    const char *wrong = wrong_with_code(grant, client, form);
    json_t *answer = wrong ? refuse(provider, wrong) : tokens_of(provider, grant, id_token_back);
    json_decref(grant);
    return answer;
}

static json_t *refresh(struct provider *provider, const json_t *client, const json_t *form) {
    json_t *grant = grants_take(provider, text_of(form, "refresh_token"), "refresh_token");
    bool own = text_is(text_of(grant, "client_id"), text_of(client, "client_id"));
    json_t *answer = own ? tokens_of(provider, grant, id_token_refreshed)
                         : refuse(provider, "the refresh token is none of this client's");
    json_decref(grant);
    return answer;
}

/* Before code or refresh token are used up: asking for a nonce must not cost them. */
static json_t *bind(struct provider *provider, const struct asked *asked) {
    const char *code = text_of(asked->parameters, "code");
    const char *secret = code[0] ? code : text_of(asked->parameters, "refresh_token");
    return sender_bind(provider, asked, json_object_get(provider->grants, secret));
}

json_t *token_answer(struct provider *provider, const struct asked *asked) {
    const json_t *form = asked->parameters;
    const char *type = text_of(form, "grant_type");
    if (text_of(asked->request, "query")[0])
        return refuse(provider, "the token request has a query (RFC 6749 3.2, 2.3.1)");
    const json_t *client = client_auth(provider, asked);
    if (!client)
        return answer_error(401, "invalid_client", "see the report");
    json_t *refusal = bind(provider, asked);
    if (refusal)
        return refusal;
    if (text_is(type, "authorization_code"))
        return redeem(provider, client, form);
    if (text_is(type, "refresh_token"))
        return refresh(provider, client, form);
    return refuse(provider, "the grant_type is neither authorization_code nor refresh_token");
}
