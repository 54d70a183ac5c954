/* hk_cfg_registration: the settings that follow from what is registered (RFC 7591 2, OIDC
 * Registration 2). */
#include "common/base/json_read.h"
#include "rp/engine/config.h"

/* A member of client metadata, and the setting that says the same. */
static const struct same {
    const char *member;
    str option;
} texts[] = {
    {"token_endpoint_auth_method", S_INIT("client_auth")},
    {"id_token_signed_response_alg", S_INIT("id_token_alg")},
    {"userinfo_signed_response_alg", S_INIT("userinfo_alg")},
    {"authorization_signed_response_alg", S_INIT("authorization_alg")},
    {"introspection_signed_response_alg", S_INIT("introspection_alg")},
    {"client_name", S_INIT("client_name")},
};

static const struct {
    const char *member;
    str option, value;
} promises[] = {
    {"dpop_bound_access_tokens", S_INIT("dpop"), S_INIT("require")},
    {"tls_client_certificate_bound_access_tokens", S_INIT("mtls_bound"), S_INIT("require")},
    {"require_pushed_authorization_requests", S_INIT("par"), S_INIT("require")},
};

/* Encryption is two members, and the second has a standard value (OIDC Registration 2). */
static const struct {
    const char *alg, *enc;
    str option;
} encryptions[] = {
    {"id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
     S_INIT("id_token_encryption")},
    {"userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
     S_INIT("userinfo_encryption")},
    {"request_object_encryption_alg", "request_object_encryption_enc",
     S_INIT("request_object_encryption")},
};

static err set(hk_cfg *cfg, str option, str value) {
    return str_empty(value)
               ? OK
               : settings_set(&cfg->settings, cfg->arena, option, value, &cfg->failure);
}

static err take_texts(hk_cfg *cfg, const json_t *registration) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        TRY(set(cfg, texts[i].option, json_read_str(registration, texts[i].member)));
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++)
        if (json_read_true(registration, promises[i].member))
            TRY(set(cfg, promises[i].option, promises[i].value));
    /* That they must be signed does not say how they travel */
    if (json_read_true(registration, "require_signed_request_object") &&
        cfg->settings.options.request_object == OBJECT_OFF)
        TRY(set(cfg, S("request_object"), S("value")));
    /* "none" is no wish to sign, and a key that can do better does */
    str alg = json_read_str(registration, "request_object_signing_alg");
    return str_eq(alg, S("none")) ? OK : set(cfg, S("request_object_alg"), alg);
}

static err take_encryptions(hk_cfg *cfg, const json_t *registration) {
    for (size_t i = 0; i < sizeof encryptions / sizeof encryptions[0]; i++) {
        str alg = json_read_str(registration, encryptions[i].alg), both;
        str enc = json_read_str(registration, encryptions[i].enc);
        if (!str_present(alg))
            continue;
        TRY(STR_JOIN(cfg->arena, &both, alg, S(" "), str_present(enc) ? enc : S("A128CBC-HS256")));
        TRY(set(cfg, encryptions[i].option, both));
    }
    return OK;
}

static str first_of(const json_t *registration, const char *member) {
    return str_from(json_string_value(json_array_get(json_object_get(registration, member), 0)));
}

static err take(hk_cfg *cfg, const json_t *registration) {
    struct settings *settings = &cfg->settings;
    str client_id = json_read_str(registration, "client_id");
    HOLD(&cfg->failure, registration_has_client_id, !str_empty(client_id));
    TRY(str_dup(cfg->arena, client_id, &settings->client_id));
    TRY(str_dup(cfg->arena, json_read_str(registration, "client_secret"),
                &settings->client_secret));
    if (!str_present(settings->redirect_uri))
        TRY(str_dup(cfg->arena, first_of(registration, "redirect_uris"), &settings->redirect_uri));
    TRY(set(cfg, S("post_logout_redirect_uri"),
            first_of(registration, "post_logout_redirect_uris")));
    TRY(take_texts(cfg, registration));
    return take_encryptions(cfg, registration);
}

static err read(hk_cfg *cfg, const char *json) {
    AUTO(json_ref) registration = NULL;
    HOLD(&cfg->failure, argument_given, json);
    HOLD_TRY(&cfg->failure, json_setting_valid, json_read_object(str_from(json), &registration));
    return take(cfg, registration);
}

int hk_cfg_registration(hk_cfg *cfg, const char *json) {
    return config_may_set(cfg) ? config_keep(cfg, read(cfg, json)) : config_refused(cfg);
}
