#include "conformance/provider/authorization_request.h"

#include <string.h>

#include "conformance/engine/parameters.h"
#include "conformance/engine/plan.h"
#include "conformance/provider/fapi.h"
#include "conformance/provider/registration.h"

static const char *repeated(json_t *parameters) {
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        if (json_is_array(value))
            return name;
    }
    return NULL;
}

/* RFC 6749 3.1.1: the order of the values does not matter. */
static bool is_same_type(const char *type, const char *wanted) {
    static const char *const words[] = {"code", "id_token", "token"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (response_type_has(type, words[i]) != response_type_has(wanted, words[i]))
            return false;
    return strlen(type) == strlen(wanted);
}

static const char *wrong_with_scope(const struct provider *provider, const char *scope) {
    bool openid = response_type_has(scope, "openid");
    if (text_is(provider_setup(provider, "RP_PROFILE"), "oauth"))
        return openid ? "the scope has openid, although this is OAuth alone" : NULL;
    return openid ? NULL : "the scope has no openid";
}

const char *authorization_request_wrong(const struct provider *provider, const json_t *client,
                                        json_t *ask) {
    const char *type = text_of(ask, "response_type"), *mode = text_of(ask, "response_mode");
    const char *wanted = provider_setup(provider, "RP_RESPONSE_MODE");
    if (repeated(ask))
        return "a parameter came twice (RFC 6749 3.1)";
    if (!registration_lists(client, "redirect_uris", text_of(ask, "redirect_uri")))
        return "the redirect_uri is not a registered one";
    if (!is_same_type(type, provider_setup(provider, "RP_RESPONSE_TYPE")))
        return "the response_type is not RP_RESPONSE_TYPE";
    if (text_is(wanted, "form_post") && !text_is(mode, "form_post"))
        return "the response_mode is not RP_RESPONSE_MODE";
    if (response_type_has(type, "id_token") && !text_of(ask, "nonce")[0])
        return "there is no nonce, although an ID token comes by the front channel";
    if (text_of(ask, "code_challenge")[0] &&
        !text_is(text_of(ask, "code_challenge_method"), "S256"))
        return "the code_challenge_method is not S256 (RFC 7636 4.2)";
    const char *wrong = wrong_with_scope(provider, text_of(ask, "scope"));
    return wrong || !fapi_applies(provider) ? wrong : fapi_wrong_with_request(provider, ask);
}
