#include "conformance/provider/sender.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/parameters.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/dpop.h"

static bool is_by(const struct provider *provider, const char *way) {
    return text_is(provider_setup(provider, "RP_SENDER"), way);
}

const char *sender_token_type(const struct provider *provider) {
    return is_by(provider, "dpop") ? "DPoP" : "Bearer";
}

/* RFC 9449 10: a code may be bound to a key before; a refresh token of a confidential client is not
 * bound to one (5). */
static json_t *bind_to_key(struct provider *provider, const struct asked *asked, json_t *grant) {
    json_t *refusal;
    char *thumbprint = dpop_check(provider, asked, DPOP_AT_AUTHORIZATION_SERVER, NULL, &refusal);
    if (!thumbprint)
        return refusal;
    const char *before = text_of(grant, "dpop_jkt");
    if (before[0] && text_is(text_of(grant, "kind"), "code") && !text_is(before, thumbprint)) {
        provider_complain(provider, "the-dpop-key-is-that-of-the-code", "RFC9449-10",
                          "the authorization request was bound to another key");
        refusal = answer_error(400, "invalid_grant", "the code is bound to another key");
    }
    json_object_set_new(grant, "jkt", json_string(thumbprint));
    free(thumbprint);
    return refusal;
}

static json_t *bind_to_certificate(struct provider *provider, const struct asked *asked,
                                   json_t *grant) {
    const char *shown = text_of(asked->request, "x5t#S256");
    if (shown[0] && text_is(shown, text_of(provider->setup, "certificate_thumbprint"))) {
        json_object_set_new(grant, "x5t#S256", json_string(shown));
        return NULL;
    }
    provider_complain(provider, "the-certificate-is-shown", "RFC8705-3",
                      "the token request came without the client's certificate (see "
                      "mtls_endpoint_aliases)");
    return answer_error(400, "invalid_request", "a certificate is wanted");
}

json_t *sender_bind(struct provider *provider, const struct asked *asked, json_t *grant) {
    if (is_by(provider, "dpop"))
        return bind_to_key(provider, asked, grant);
    return is_by(provider, "mtls") ? bind_to_certificate(provider, asked, grant) : NULL;
}

/* RFC 9449 7.1, RFC 6750 2.1, RFC 9110 11.1: a scheme's case does not matter. */
static const char *token_of(const struct provider *provider, const struct asked *asked) {
    const char *header = text_of(json_object_get(asked->request, "headers"), "authorization");
    const char *scheme = sender_token_type(provider);
    size_t n = strlen(scheme);
    return strncasecmp(header, scheme, n) == 0 && header[n] == ' ' ? header + n + 1 : "";
}

static json_t *refuse(struct provider *provider, const char *name, const char *spec,
                      const char *why) {
    provider_complain(provider, name, spec, "%s", why);
    return answer_error(401, "invalid_token", why);
}

static json_t *check_sender(struct provider *provider, const struct asked *asked,
                            const json_t *grant, const char *token) {
    json_t *refusal = NULL;
    if (is_by(provider, "mtls") &&
        !text_is(text_of(asked->request, "x5t#S256"), text_of(grant, "x5t#S256")))
        return refuse(provider, "the-certificate-is-shown", "RFC8705-3",
                      "the access token came without the certificate that it is bound to");
    if (!is_by(provider, "dpop"))
        return NULL;
    char *thumbprint = dpop_check(provider, asked, DPOP_AT_RESOURCE, token, &refusal);
    if (thumbprint && !text_is(thumbprint, text_of(grant, "jkt")))
        refusal = refuse(provider, "the-dpop-key-is-that-of-the-token", "RFC9449-7.2",
                         "the proof is of another key than the one the token is bound to");
    free(thumbprint);
    return refusal;
}

const json_t *sender_grant(struct provider *provider, const struct asked *asked, json_t **refusal) {
    const char *token = token_of(provider, asked);
    const json_t *grant = json_object_get(provider->grants, token);
    *refusal = NULL;
    if (!token[0] || !text_is(text_of(grant, "kind"), "access_token"))
        *refusal =
            refuse(provider, "the-resource-is-asked-with-the-access-token", "FAPI2-SP-5.3.4",
                   "there is no access token of this provider's in the Authorization header, "
                   "under the scheme of its token_type");
    else if (json_object_get(asked->parameters, "access_token"))
        *refusal = refuse(provider, "the-token-is-not-in-the-parameters", "FAPI2-SP-5.3.4",
                          "the access token came in the query or the form");
    else
        *refusal = check_sender(provider, asked, grant, token);
    return *refusal ? NULL : grant;
}
