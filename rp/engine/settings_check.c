/* What the settings must be together. */
#include "rp/engine/settings.h"

#include "common/base/utf8.h"
#include "rp/protocol/encryption.h"
#include "rp/protocol/response_type.h"
#include "rp/protocol/safe_url.h"

static bool has_query(str text) {
    return str_find(text, '?') < text.n;
}

/* It goes into a Set-Cookie header. */
static bool is_cookie_path(str path) {
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] == ';' || path.p[i] >= 0x7f)
            return false;
    return str_starts(path, S("/"));
}

/* They go into JSON. */
static err check_names(const struct settings *settings, struct failure *failure) {
    HOLD(failure, setting_valid, utf8_valid(settings->client_id));
    HOLD(failure, setting_valid, utf8_valid(settings->scopes));
    return OK;
}

static err check_urls(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    if (str_present(settings->issuer))
        HOLD(failure, issuer_is_https, safe_url(settings->issuer) && !has_query(settings->issuer));
    if (str_present(settings->redirect_uri))
        HOLD(failure, redirect_uri_is_safe, safe_url(settings->redirect_uri));
    if (str_present(options->cookie_path))
        HOLD(failure, cookie_path_is_a_path, is_cookie_path(options->cookie_path));
    if (options->request_object == OBJECT_REFERENCE)
        HOLD(failure, request_uri_is_https, safe_url(options->request_uri));
    return OK;
}

static bool wants_jarm(const struct options *options) {
    return response_mode_is_jwt((enum response_mode)options->response_mode);
}

static bool signs_objects(const struct options *options) {
    return options->request_object != OBJECT_OFF;
}

static err check_secret(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    enum jose_alg object_alg = settings_request_object_alg(settings);
    bool hmac = jose_alg_is_hmac(options->id_token_alg) ||
                jose_alg_is_hmac(options->userinfo_alg) ||
                options->client_auth == AUTH_SECRET_JWT ||
                (wants_jarm(options) && jose_alg_is_hmac(options->authorization_alg)) ||
                (signs_objects(options) && jose_alg_is_hmac(object_alg));
    HOLD(failure, secret_is_long_enough, !hmac || settings->client_secret.n >= 32);
    return OK;
}

static err check_keys(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    enum jose_alg alg = settings_request_object_alg(settings);
    bool can_sign =
        jose_alg_is_hmac(alg) || (settings->private_key && jwk_fits(settings->private_key, alg));
    HOLD(failure, request_object_has_key, can_sign || !signs_objects(options));
    return OK;
}

static bool are_sources(str list) {
    str word;
    while (str_next(&list, ' ', &word)) {
        size_t end = str_find(word, '=');
        if (!safe_url(str_head(word, end)) ||
            (end < word.n && !safe_url(str_from_pos(word, end + 1))))
            return false;
    }
    return true;
}

static err check_texts(const struct options *options, struct failure *failure) {
    const str all[] = {options->id_token_encryption, options->userinfo_encryption,
                       options->authorization_encryption, options->request_object_encryption};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct encryption how;
        HOLD(failure, setting_valid, !str_present(all[i]) || encryption_read(all[i], &how));
    }
    HOLD(failure, setting_valid, are_sources(options->claim_sources));
    return OK;
}

/* FAPI 2.0 Security Profile 5.4.1. */
static bool is_strong(enum jose_alg alg) {
    return alg == JOSE_PS256 || alg == JOSE_ES256 || alg == JOSE_EdDSA || alg == JOSE_Ed25519;
}

static err check_fapi2_algs(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    HOLD(failure, fapi2_alg_is_strong,
         is_strong(options->id_token_alg) || !str_has_word(settings->scopes, S("openid")));
    HOLD(failure, fapi2_alg_is_strong,
         is_strong(options->authorization_alg) || !wants_jarm(options));
    HOLD(failure, fapi2_alg_is_strong,
         is_strong(options->dpop_alg) || options->dpop != SWITCH_REQUIRE);
    HOLD(failure, fapi2_alg_is_strong, is_strong(settings->private_alg) || !settings->private_key);
    HOLD(failure, fapi2_alg_is_strong,
         is_strong(settings_request_object_alg(settings)) || !signs_objects(options));
    return OK;
}

/* FAPI 2.0 Security Profile 5.3.2.2, 5.3.3.1; that iss is in the answer and how the client
 * authenticates is looked at where it happens. */
static err check_fapi2(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    HOLD(failure, fapi2_asks_for_a_code, options->response_type == RESPONSE_CODE);
    HOLD(failure, fapi2_pushes, options->par != PAR_OFF);
    HOLD(failure, fapi2_binds_tokens,
         options->dpop == SWITCH_REQUIRE || options->mtls_bound == SWITCH_REQUIRE);
    return check_fapi2_algs(settings, failure);
}

err settings_check_sign_in(const struct settings *settings, struct failure *failure) {
    const struct options *options = &settings->options;
    enum response_type type = (enum response_type)options->response_type;
    HOLD(failure, certificate_is_given,
         options->mtls_bound != SWITCH_REQUIRE || str_present(settings->certificate_file));
    if (options->profile == PROFILE_FAPI2)
        return check_fapi2(settings, failure);
    HOLD(failure, id_token_is_of_profile,
         options->profile == PROFILE_OIDC || !response_type_row(type)->id_token);
    return OK;
}

err settings_check(const struct settings *settings, struct failure *failure) {
    TRY(check_names(settings, failure));
    TRY(check_urls(settings, failure));
    TRY(check_secret(settings, failure));
    TRY(check_keys(settings, failure));
    TRY(check_texts(&settings->options, failure));
    return str_present(settings->redirect_uri) ? settings_check_sign_in(settings, failure) : OK;
}
