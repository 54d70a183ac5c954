#include "rp/flows/authorization_request.h"

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "common/base/url.h"
#include "common/base/utf8.h"
#include "keys/digest.h"
#include "rp/engine/metadata.h"
#include "rp/flows/token_request.h"
#include "rp/protocol/response_type.h"
#include "rp/protocol/return_to.h"
#include "rp/protocol/safe_url.h"

enum { MAX_RESOURCES = 8 };

/* What hk_auth.extra may not hold: what is said by a member of hk_auth or a setting, and what
 * proves who the client is. */
static const str ours =
    S_INIT("response_type client_id redirect_uri scope state nonce code_challenge "
           "code_challenge_method response_mode prompt acr_values login_hint id_token_hint "
           "ui_locales display claims max_age authorization_details resource dpop_jkt request "
           "request_uri client_secret client_assertion client_assertion_type");

static void add(struct begin *begin, str name, str value) {
    if (!str_empty(value))
        begin->params[begin->param_count++] = (struct form_param){.name = name, .value = value};
}

static str or_else(str value, str standard) {
    return str_present(value) ? value : standard;
}

static err fill_transaction(struct hk_op *op, struct begin *begin) {
    const struct settings *settings = &op->rp->settings;
    struct transaction *transaction = &begin->transaction;
    TRY(transaction_begin(op, transaction));
    transaction->issuer = settings->issuer;
    transaction->client_id = settings->client_id;
    transaction->redirect_uri = or_else(begin->auth.redirect_uri, settings->redirect_uri);
    transaction->return_to = or_else(begin->auth.return_to, S("/"));
    transaction->scope = or_else(begin->auth.scopes, settings->scopes);
    transaction->acr = begin->auth.acr;
    transaction->max_age = begin->auth.max_age;
    transaction->response_type = settings->options.response_type;
    transaction->response_mode = settings->options.response_mode;
    return OK;
}

static err check_transaction(struct hk_op *op, const struct transaction *transaction) {
    bool needs_openid = op->rp->settings.options.profile == PROFILE_OIDC;
    HOLD(&op->failure, client_id_set, str_present(transaction->client_id));
    HOLD(&op->failure, redirect_uri_set, str_present(transaction->redirect_uri));
    HOLD(&op->failure, redirect_uri_is_safe, safe_url(transaction->redirect_uri));
    HOLD(&op->failure, return_to_is_a_path, return_to_is_safe(transaction->return_to));
    HOLD(&op->failure, scope_has_openid,
         !needs_openid || str_has_word(transaction->scope, S("openid")));
    return settings_check_sign_in(&op->rp->settings, &op->failure);
}

/* RFC 9700 2.1.1: S256 always, and not with a provider that says that it cannot. */
static err add_challenge(struct hk_op *op, struct begin *begin) {
    str challenge;
    if (!response_type_row((enum response_type)begin->transaction.response_type)->code)
        return OK;
    HOLD(&op->failure, pkce_is_supported,
         metadata_lists(op, "code_challenge_methods_supported", S("S256"), true));
    TRY(sha256_base64url(begin->transaction.verifier, op->arena, &challenge));
    add(begin, S("code_challenge"), challenge);
    add(begin, S("code_challenge_method"), S("S256"));
    return OK;
}

/* RFC 9449 10: the code is bound to the key that the tokens will be bound to. */
static err add_dpop_key(struct hk_op *op, struct begin *begin) {
    struct jwk *key;
    str thumbprint;
    TRY(token_key_make(op, &key));
    if (!key)
        return OK;
    TRY(jwk_thumbprint(key, op->arena, &thumbprint));
    add(begin, S("dpop_jkt"), thumbprint);
    return jwk_private_json(key, op->arena, &begin->transaction.dpop_key);
}

/* OIDC Core 5.5. */
static err add_claims(struct hk_op *op, struct begin *begin) {
    json_t *json;
    if (!str_present(begin->auth.claims))
        return OK;
    HOLD_TRY(&op->failure, request_json_valid, op_json_object(op, begin->auth.claims, &json));
    add(begin, S("claims"), begin->auth.claims);
    return OK;
}

/* RFC 9396 2: an array of objects, each with its type. */
static bool are_details(const json_t *list) {
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) {
        if (!str_present(json_read_str(item, "type")))
            return false;
    }
    return json_array_size(list) > 0;
}

static err add_details(struct hk_op *op, struct begin *begin) {
    AUTO(json_ref) list = NULL;
    if (!str_present(begin->auth.authorization_details))
        return OK;
    HOLD_TRY(&op->failure, request_json_valid, json_read(begin->auth.authorization_details, &list));
    HOLD(&op->failure, request_json_valid, are_details(list));
    add(begin, S("authorization_details"), begin->auth.authorization_details);
    return OK;
}

/* RFC 8707 2: absolute, without a fragment. */
static bool is_resource(str text) {
    struct url url;
    return !failed(url_parse(text, &url)) && !str_present(url.fragment);
}

static err add_resources(struct hk_op *op, struct begin *begin) {
    str rest = begin->auth.resources, word;
    int n = 0;
    while (str_next(&rest, ' ', &word)) {
        if (str_empty(word))
            continue;
        HOLD(&op->failure, resource_valid, ++n <= MAX_RESOURCES && is_resource(word));
        add(begin, S("resource"), word);
    }
    return OK;
}

static err add_extra(struct hk_op *op, struct begin *begin) {
    struct form form;
    if (!str_present(begin->auth.extra))
        return OK;
    HOLD_TRY(&op->failure, extra_valid, form_parse(op->arena, begin->auth.extra, &form));
    for (size_t i = 0; i < form.n; i++) {
        HOLD(&op->failure, extra_is_not_ours, !str_has_word(ours, form.list[i].name));
        HOLD(&op->failure, extra_is_not_ours, !form.list[i].repeated);
        add(begin, form.list[i].name, form.list[i].value);
    }
    return OK;
}

static str mode_word(const struct transaction *transaction) {
    if (transaction->response_mode == MODE_DEFAULT)
        return STR_ABSENT;
    return settings_choice("response_mode", (int)transaction->response_mode);
}

static err add_plain(struct hk_op *op, struct begin *begin) {
    const struct transaction *transaction = &begin->transaction;
    const struct auth *auth = &begin->auth;
    bool wants_id_token = response_wants_id_token(&op->rp->settings, transaction->scope);
    str max_age = STR_ABSENT;
    if (auth->max_age >= 0)
        TRY(str_printf(op->arena, &max_age, "%lld", (long long)auth->max_age));
    add(begin, S("response_type"),
        settings_choice("response_type", (int)transaction->response_type));
    add(begin, S("client_id"), transaction->client_id);
    add(begin, S("redirect_uri"), transaction->redirect_uri);
    add(begin, S("scope"), transaction->scope);
    add(begin, S("state"), transaction->state);
    add(begin, S("nonce"), wants_id_token ? transaction->nonce : STR_ABSENT);
    add(begin, S("response_mode"), mode_word(transaction));
    add(begin, S("prompt"), auth->prompt);
    add(begin, S("max_age"), max_age);
    add(begin, S("acr_values"), auth->acr_values);
    add(begin, S("login_hint"), auth->login_hint);
    add(begin, S("id_token_hint"), auth->id_token_hint);
    add(begin, S("ui_locales"), auth->ui_locales);
    add(begin, S("display"), auth->display);
    return OK;
}

static err check_texts(struct hk_op *op, const struct auth *auth) {
#define AUTH_TEXT(name) HOLD(&op->failure, auth_is_text, utf8_valid(auth->name));
    AUTH_TEXTS(AUTH_TEXT)
#undef AUTH_TEXT
    return OK;
}

err authorization_request_build(struct hk_op *op) {
    struct begin *begin = op->flow;
    TRY(check_texts(op, &begin->auth));
    TRY(fill_transaction(op, begin));
    TRY(check_transaction(op, &begin->transaction));
    TRY(add_plain(op, begin));
    TRY(add_challenge(op, begin));
    TRY(add_dpop_key(op, begin));
    TRY(add_claims(op, begin));
    TRY(add_details(op, begin));
    TRY(add_resources(op, begin));
    return add_extra(op, begin);
}
