#include "rp/flows/client_auth.h"

#include "common/base/base64.h"
#include "common/base/json_put.h"
#include "common/base/percent.h"
#include "common/base/random.h"
#include "keys/jws.h"
#include "rp/engine/metadata.h"

enum { ASSERTION_LIFE_S = 60, JTI_BYTES = 16, SECRET_JWT_LEAST = 32 };

/* What a method goes by. */
enum means { BY_NOTHING, BY_SECRET, BY_LONG_SECRET, BY_KEY, BY_CERTIFICATE };

/* "auto" takes the first that there are means for and that the provider offers. */
static const struct method {
    enum client_auth id;
    str name;
    enum means means;
    bool standard; /* offered when the metadata does not say (RFC 8414 2) */
} methods[] = {
    {AUTH_TLS, S_INIT("tls_client_auth"), BY_CERTIFICATE, false},
    {AUTH_SELF_SIGNED_TLS, S_INIT("self_signed_tls_client_auth"), BY_CERTIFICATE, false},
    {AUTH_PRIVATE_KEY_JWT, S_INIT("private_key_jwt"), BY_KEY, false},
    {AUTH_SECRET_BASIC, S_INIT("client_secret_basic"), BY_SECRET, true},
    {AUTH_SECRET_POST, S_INIT("client_secret_post"), BY_SECRET, false},
    {AUTH_SECRET_JWT, S_INIT("client_secret_jwt"), BY_LONG_SECRET, false},
};
enum { METHODS = sizeof methods / sizeof methods[0] };

static bool has_means(const struct settings *settings, enum means means) {
    switch (means) {
    case BY_SECRET:
        return str_present(settings->client_secret);
    case BY_LONG_SECRET:
        return settings->client_secret.n >= SECRET_JWT_LEAST;
    case BY_KEY:
        return settings->private_key != NULL;
    case BY_CERTIFICATE:
        return str_present(settings->certificate_file);
    case BY_NOTHING:
        break;
    }
    return true;
}

static bool is_public(const struct settings *settings) {
    return !has_means(settings, BY_SECRET) && !has_means(settings, BY_KEY) &&
           !has_means(settings, BY_CERTIFICATE);
}

static err choose(struct hk_op *op, enum client_auth *out) {
    const struct settings *settings = &op->rp->settings;
    for (size_t i = 0; i < METHODS; i++) {
        const struct method *method = &methods[i];
        *out = method->id;
        if (has_means(settings, method->means) &&
            metadata_lists(op, "token_endpoint_auth_methods_supported", method->name,
                           method->standard))
            return OK;
    }
    *out = AUTH_NONE;
    HOLD(&op->failure, client_auth_offered, is_public(settings));
    return OK;
}

/* HitKey's older dialect has the secret among the members of its JSON, or none. */
static enum client_auth of_dialect(const struct settings *settings) {
    return str_present(settings->client_secret) ? AUTH_SECRET_POST : AUTH_NONE;
}

static err check(struct hk_op *op, enum client_auth id) {
    const struct settings *settings = &op->rp->settings;
    for (size_t i = 0; i < METHODS; i++)
        HOLD(&op->failure, client_auth_has_means,
             methods[i].id != id || has_means(settings, methods[i].means));
    HOLD(&op->failure, client_auth_is_strong,
         settings->options.profile != PROFILE_FAPI2 || id == AUTH_PRIVATE_KEY_JWT ||
             id == AUTH_TLS || id == AUTH_SELF_SIGNED_TLS);
    return OK;
}

err client_auth_method(struct hk_op *op, enum client_auth *out) {
    const struct settings *settings = &op->rp->settings;
    *out = (enum client_auth)settings->options.client_auth;
    if (*out == AUTH_AUTO && settings->options.profile == PROFILE_HITKEY_V1)
        *out = of_dialect(settings);
    if (*out == AUTH_AUTO)
        TRY(choose(op, out));
    return check(op, *out);
}

static void add(struct client_auth_parts *parts, const char *name, str value) {
    parts->params[parts->param_count++] = (struct form_param){str_from(name), value, false};
}

/* RFC 6749 2.3.1: both are form-encoded before they are joined, so that a ':' does not part them.
 */
static err add_basic(struct hk_op *op, struct client_auth_parts *parts) {
    const struct settings *settings = &op->rp->settings;
    str id, shared, pair, text;
    TRY(percent_encode(op->arena, settings->client_id, &id));
    TRY(percent_encode(op->arena, settings->client_secret, &shared));
    TRY(STR_JOIN(op->arena, &pair, id, S(":"), shared));
    TRY(base64_encode(op->arena, pair, &text));
    return STR_JOIN(op->arena, &parts->headers, S("Authorization: Basic "), text, S("\r\n"));
}

/* The audience is the issuer alone, as one string (FAPI 2.0 SP 5.3.3.1): an assertion that names an
 * endpoint can be made to serve at another provider's. */
static err assertion_claims(struct hk_op *op, str *out) {
    const struct settings *settings = &op->rp->settings;
    int64_t now = op_now(op);
    str jti;
    TRY(random_token(op->arena, S(""), JTI_BYTES, &jti));
    struct json_put j = json_put_begin(op->arena, 8192);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", settings->client_id);
    json_put_str(&j, "sub", settings->client_id);
    json_put_str(&j, "aud", settings->issuer);
    json_put_str(&j, "jti", jti);
    json_put_int(&j, "iat", now);
    json_put_int(&j, "exp", now + ASSERTION_LIFE_S);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err sign_assertion(struct hk_op *op, const struct jwk *key, enum jose_alg alg, str *out) {
    str claims;
    TRY(assertion_claims(op, &claims));
    HOLD_TRY(&op->failure, key_is_usable, jws_sign(key, alg, STR_ABSENT, claims, op->arena, out));
    return OK;
}

static err sign_with_secret(struct hk_op *op, str *out) {
    struct jwk *key = NULL;
    secret shared = secret_of(op->rp->settings.client_secret);
    HOLD_TRY(&op->failure, secret_is_long_enough,
             jwk_from_secret_in(&op->rp->memory, shared, JOSE_HS256, &key));
    err e = sign_assertion(op, key, JOSE_HS256, out);
    jwk_free(key);
    return e;
}

static err add_assertion(struct hk_op *op, struct client_auth_parts *parts, bool by_secret) {
    const struct settings *settings = &op->rp->settings;
    str assertion;
    TRY(by_secret ? sign_with_secret(op, &assertion)
                  : sign_assertion(op, settings->private_key, settings->private_alg, &assertion));
    add(parts, "client_id", settings->client_id);
    add(parts, "client_assertion_type",
        S("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    add(parts, "client_assertion", assertion);
    return OK;
}

err client_auth_make(struct hk_op *op, struct client_auth_parts *out) {
    const struct settings *settings = &op->rp->settings;
    enum client_auth method;
    *out = (struct client_auth_parts){.headers = S("")};
    HOLD(&op->failure, client_id_set, str_present(settings->client_id));
    TRY(client_auth_method(op, &method));
    if (method == AUTH_SECRET_BASIC)
        return add_basic(op, out);
    if (method == AUTH_SECRET_JWT || method == AUTH_PRIVATE_KEY_JWT)
        return add_assertion(op, out, method == AUTH_SECRET_JWT);
    add(out, "client_id", settings->client_id);
    if (method == AUTH_SECRET_POST)
        add(out, "client_secret", settings->client_secret);
    return OK;
}
