#include "conformance/provider/userinfo.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "conformance/checks/standard_claims.h"
#include "conformance/engine/parameters.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/dpop.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/registration.h"
#include "conformance/provider/sender.h"
#include "conformance/provider/signed_token.h"

static const char person[] =
    "{\"name\": \"Ada Example\", \"given_name\": \"Ada\", \"family_name\": \"Example\","
    " \"middle_name\": \"M\", \"nickname\": \"ada\", \"preferred_username\": \"ada\","
    " \"profile\": \"https://ada.example/\", \"picture\": \"https://ada.example/ada.png\","
    " \"website\": \"https://ada.example/\", \"gender\": \"female\","
    " \"birthdate\": \"1815-12-10\", \"zoneinfo\": \"Europe/London\", \"locale\": \"en-GB\","
    " \"updated_at\": 1700000000, \"email\": \"ada@person.example\", \"email_verified\": true,"
    " \"phone_number\": \"+44 20 7946 0000\", \"phone_number_verified\": false,"
    " \"address\": {\"formatted\": \"1 Example Street\\nLondon\", \"country\": \"GB\"}}";

void userinfo_add_claims(json_t *claims, const char *scope) {
    json_t *known = json_loads(person, 0, NULL);
    for (size_t i = 0; i < standard_claims_n; i++) {
        const char *name = standard_claims[i].name;
        json_t *value = json_object_get(known, name);
        if (value && response_type_has(scope, standard_claims[i].scope))
            json_object_set(claims, name, value);
    }
    json_decref(known);
}

/* RFC 6750 2.1, 2.2; not 2.3: a token in a URL ends in logs (RFC 9700 4.3.2). */
static const char *token_of(struct provider *provider, const struct asked *asked) {
    const char *header = text_of(json_object_get(asked->request, "headers"), "authorization");
    const char *form = text_of(asked->parameters, "access_token");
    if (strstr(text_of(asked->request, "query"), "access_token=")) {
        provider_complain(provider, "the-token-is-not-in-the-url", "RFC9700-4.3.2",
                          "the access token came in the query of the userinfo request");
        return "";
    }
    if (strncasecmp(header, "Bearer ", 7) != 0)
        return form;
    if (form[0])
        provider_complain(provider, "the-token-comes-once", "RFC6750-2",
                          "the access token came in the header and in the form");
    return header + 7;
}

static json_t *signed_answer(struct provider *provider, const json_t *grant, json_t *claims) {
    const json_t *client = registration_find(provider, text_of(grant, "client_id"));
    const char *alg = text_of(client, "userinfo_signed_response_alg");
    json_object_set_new(claims, "iss", json_string(provider->issuer));
    json_object_set(claims, "aud", json_object_get(grant, "client_id"));
    json_object_set_new(claims, "iat", json_integer((json_int_t)time(NULL)));
    char *token = signed_token(provider, IN_USERINFO_SIGNATURE, alg, NULL, json_incref(claims),
                               text_of(client, "client_secret"));
    json_t *answer = answer_text(200, "application/jwt", token);
    free(token);
    json_decref(claims);
    return answer;
}

/* The grant of a plain access token; as sender_grant. */
static const json_t *bearer_grant(struct provider *provider, const struct asked *asked,
                                  json_t **refusal) {
    const char *token = token_of(provider, asked);
    const json_t *grant = json_object_get(provider->grants, token);
    if (token[0] && text_is(text_of(grant, "kind"), "access_token"))
        return grant;
    provider_complain(provider, "userinfo-is-asked-with-the-access-token", "OIDCC-5.3.1",
                      "there was no access token of this provider's in the request");
    *refusal = answer_error(401, "invalid_token", "not an access token of this provider");
    return NULL;
}

json_t *userinfo_answer(struct provider *provider, const struct asked *asked) {
    bool constrained = word_among(provider_setup(provider, "RP_SENDER"), "dpop|mtls");
    json_t *answer = NULL;
    const json_t *grant = constrained ? sender_grant(provider, asked, &answer)
                                      : bearer_grant(provider, asked, &answer);
    if (!grant)
        return answer;
    const json_t *client = registration_find(provider, text_of(grant, "client_id"));
    json_t *claims = json_pack("{s:s}", "sub", text_of(grant, "sub"));
    userinfo_add_claims(claims, text_of(grant, "scope"));
    fault_bend(provider, IN_USERINFO, claims);
    answer = text_of(client, "userinfo_signed_response_alg")[0]
                 ? signed_answer(provider, grant, claims)
                 : answer_json(200, claims);
    dpop_announce(provider, DPOP_AT_RESOURCE, answer);
    return answer;
}
