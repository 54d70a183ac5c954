#include "conformance/provider/client_auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"
#include "conformance/jose/token_oracle.h"
#include "conformance/provider/fapi.h"
#include "conformance/provider/registration.h"

enum { MAX_LIFETIME_S = 3600 };

/* How a client came: its name, its secret if it sent one, the method. */
struct presented {
    char *id, *secret;
    const char *method;
    unsigned methods; /* how many at once */
};

/* RFC 4648 4 to the alphabet of section 5, without padding. */
static struct bytes base64_decode(const char *text) {
    size_t n = strcspn(text, "=");
    char *plain = memory_copy(text, n);
    for (char *c = plain; *c; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    struct bytes bytes = base64url_decode(plain, n);
    free(plain);
    return bytes;
}

/* RFC 6749 2.3.1: both are form-encoded before they are joined. */
static char *form_decoded(const char *text, size_t n) {
    char *line = memory_format("x=%.*s", (int)n, text);
    json_t *parsed = parameters_parse(line);
    const char *value = text_of(parsed, "x");
    char *copy = memory_copy(value, strlen(value));
    json_decref(parsed);
    free(line);
    return copy;
}

static void read_basic(const char *authorization, struct presented *came) {
    if (strncasecmp(authorization, "Basic ", 6) != 0)
        return;
    struct bytes bytes = base64_decode(authorization + 6);
    const char *text = (const char *)bytes.p, *colon = text ? strchr(text, ':') : NULL;
    if (colon) {
        came->id = form_decoded(text, (size_t)(colon - text));
        came->secret = form_decoded(colon + 1, strlen(colon + 1));
    }
    free(bytes.p);
    came->method = "client_secret_basic";
    came->methods++;
}

static void read_form(const json_t *form, struct presented *came) {
    const char *secret = text_of(form, "client_secret"), *id = text_of(form, "client_id");
    if (!came->id)
        came->id = memory_copy(id, strlen(id));
    if (!secret[0])
        return;
    free(came->secret);
    came->secret = memory_copy(secret, strlen(secret));
    came->method = "client_secret_post";
    came->methods++;
}

/* RFC 7523 3: the subject is the client. */
static void read_assertion(const json_t *form, struct presented *came) {
    const char *assertion = text_of(form, "client_assertion");
    if (!assertion[0])
        return;
    json_t *header = jws_part(assertion, 0), *claims = jws_part(assertion, 1);
    const char *sub = text_of(claims, "sub");
    free(came->id);
    came->id = memory_copy(sub, strlen(sub));
    came->method =
        strncmp(text_of(header, "alg"), "HS", 2) == 0 ? "client_secret_jwt" : "private_key_jwt";
    came->methods++;
    json_decref(header);
    json_decref(claims);
}

static bool aud_is(const json_t *aud, const char *value) {
    size_t i;
    json_t *one;
    json_array_foreach(aud, i, one) {
        if (json_is_string(one) && text_is(json_string_value(one), value))
            return true;
    }
    return json_is_string(aud) && text_is(json_string_value(aud), value);
}

/* RFC 7523 3, OIDC Core 9; RFC 9700 and FAPI 2 want the issuer, older clients send the endpoint. */
static const char *wrong_with_claims(struct provider *provider, const json_t *claims,
                                     const char *id) {
    const json_t *aud = json_object_get(claims, "aud");
    char *endpoint = memory_format("%s/token", provider->issuer);
    char *alias = memory_format("%s/token", provider->mtls_base);
    bool fapi = fapi_applies(provider);
    bool for_us =
        fapi ? json_is_string(aud) && aud_is(aud, provider->issuer)
             : aud_is(aud, provider->issuer) || aud_is(aud, endpoint) || aud_is(aud, alias);
    free(endpoint);
    free(alias);
    double now = (double)time(NULL), exp = json_number_value(json_object_get(claims, "exp"));
    if (!text_is(text_of(claims, "iss"), id) || !text_is(text_of(claims, "sub"), id))
        return "iss and sub of the assertion must be the client_id";
    if (!for_us)
        return fapi ? "aud of the assertion must be the issuer, as a string"
                    : "aud of the assertion must have the issuer";
    if (exp <= now || exp > now + MAX_LIFETIME_S)
        return "exp of the assertion must be ahead, and within an hour";
    return text_of(claims, "jti")[0] ? NULL : "the assertion must have a jti";
}

/* RFC 7523 3: an assertion is used once. */
static const char *wrong_with_reuse(struct provider *provider, const char *jti) {
    char *key = memory_format("jti %s", jti);
    bool used = json_object_get(provider->grants, key) != NULL;
    json_object_set_new(provider->grants, key, json_object());
    free(key);
    return used ? "the assertion came twice" : NULL;
}

static const char *wrong_with_assertion(struct provider *provider, const struct asked *asked,
                                        const json_t *client) {
    const char *assertion = text_of(asked->parameters, "client_assertion");
    if (!text_is(text_of(asked->parameters, "client_assertion_type"),
                 "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
        return "client_assertion_type is not jwt-bearer's";
    json_t *keys = registration_keys(provider, client), *claims = jws_part(assertion, 1);
    const char *wrong = token_oracle_verify(keys, assertion, text_of(client, "client_secret"));
    if (!wrong)
        wrong = wrong_with_claims(provider, claims, text_of(client, "client_id"));
    if (!wrong)
        wrong = wrong_with_reuse(provider, text_of(claims, "jti"));
    json_decref(claims);
    json_decref(keys);
    return wrong;
}

/* RFC 8705 2: the certificate that the setup gave the client. */
static const char *wrong_with_certificate(struct provider *provider, const struct asked *asked) {
    if (!asked->by_mtls)
        return "the request came to the endpoint without mutual TLS";
    return text_is(text_of(asked->request, "x5t#S256"),
                   text_of(provider->setup, "certificate_thumbprint"))
               ? NULL
               : "the certificate is not the client's";
}

static const char *wrong_with(struct provider *provider, const struct asked *asked,
                              const json_t *client, const struct presented *came) {
    const char *method =
        registration_of(client, "token_endpoint_auth_method", "client_secret_basic");
    if (came->methods > 1)
        return "there is more than one kind of authentication at once";
    if (strstr(method, "tls_client_auth"))
        return came->methods ? "the certificate is the authentication"
                             : wrong_with_certificate(provider, asked);
    if (!text_is(came->method, method))
        return "the authentication is of another kind than the one registered";
    if (strncmp(method, "client_secret_", 14) == 0 && came->secret)
        return text_is(came->secret, text_of(client, "client_secret")) ? NULL
                                                                       : "the secret is not right";
    return strstr(method, "_jwt") ? wrong_with_assertion(provider, asked, client) : NULL;
}

json_t *client_auth(struct provider *provider, const struct asked *asked) {
    struct presented came = {.method = "none"};
    read_basic(text_of(json_object_get(asked->request, "headers"), "authorization"), &came);
    read_form(asked->parameters, &came);
    read_assertion(asked->parameters, &came);
    json_t *client = registration_find(provider, came.id ? came.id : "");
    const char *named = text_of(asked->parameters, "client_id");
    const char *wrong =
        client ? wrong_with(provider, asked, client, &came) : "there is no client of this name";
    if (!wrong && named[0] && !text_is(named, came.id))
        wrong = "client_id is another's";
    if (wrong)
        provider_complain(provider, "the-client-authenticates-itself", "RFC6749-2.3",
                          "%s (found %s)", wrong, came.method);
    free(came.id);
    free(came.secret);
    return wrong ? NULL : client;
}
