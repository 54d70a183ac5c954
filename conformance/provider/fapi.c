#include "conformance/provider/fapi.h"

#include <string.h>
#include <time.h>

#include "conformance/engine/parameters.h"

enum { MAX_LIFETIME_S = 3600, SKEW_S = 60 };

bool fapi_applies(const struct provider *provider) {
    return word_among(provider_setup(provider, "RP_PROFILE"), "fapi2|oauth");
}

/* FAPI 2.0 Security Profile 5.3.3.2. */
const char *fapi_wrong_with_request(const struct provider *provider, const json_t *ask) {
    if (!text_of(ask, "code_challenge")[0])
        return "there is no code_challenge";
    if (text_is(provider_setup(provider, "RP_RESPONSE_MODE"), "jwt") &&
        !word_among(text_of(ask, "response_mode"), "jwt|query.jwt"))
        return "the response_mode is not jwt";
    return NULL;
}

static bool is_for_us(const struct provider *provider, const json_t *aud) {
    size_t i;
    json_t *one;
    json_array_foreach(aud, i, one) {
        if (json_is_string(one) && text_is(json_string_value(one), provider->issuer))
            return true;
    }
    return json_is_string(aud) && text_is(json_string_value(aud), provider->issuer);
}

/* FAPI 2.0 Message Signing 5.3.1. */
const char *fapi_wrong_with_object(const struct provider *provider, const json_t *header,
                                   const json_t *claims) {
    const json_t *exp = json_object_get(claims, "exp"), *nbf = json_object_get(claims, "nbf");
    double now = (double)time(NULL), until = json_number_value(exp), from = json_number_value(nbf);
    if (!word_among(text_of(header, "alg"), "PS256|ES256|EdDSA"))
        return "the request object is signed with none of PS256, ES256 and EdDSA";
    if (!is_for_us(provider, json_object_get(claims, "aud")))
        return "aud of the request object is not the issuer";
    if (!json_is_number(nbf) || from > now + SKEW_S || from < now - MAX_LIFETIME_S)
        return "nbf of the request object is not within the last hour";
    if (!json_is_number(exp) || until < now - SKEW_S || until > from + MAX_LIFETIME_S)
        return "exp of the request object is not ahead, or not within an hour of nbf";
    return json_object_get(claims, "sub") ? "the request object has a sub (RFC 9101 10.8)" : NULL;
}
