/* What an answer must be to be taken (RFC 6749 4.1.2, OIDC Core 3.1.2.5 to 3.1.3.8 and 3.3.2, RFC
 * 9207), and what is asked for with it: tokens, then the user. */
#include "common/base/json_read.h"
#include "rp/engine/metadata.h"
#include "rp/flows/callback.h"
#include "rp/flows/id_token.h"
#include "rp/protocol/response_type.h"
#include "rp/protocol/token_text.h"

static str param(const struct callback *callback, str name) {
    return form_get(&callback->form, name);
}

static const struct response_type_row *type_of(const struct callback *callback) {
    return response_type_row((enum response_type)callback->transaction.response_type);
}

static bool wants_id_token(const struct hk_op *op) {
    const struct callback *callback = op->flow;
    return response_wants_id_token(&op->rp->settings, callback->transaction.scope);
}

/* RFC 9207 4: an ID token beside the code says it too, and is judged before the code goes anywhere.
 */
static bool is_said_by_id_token(const struct hk_op *op, const struct callback *callback) {
    return type_of(callback)->id_token && wants_id_token(op) &&
           str_present(param(callback, S("id_token"))) && !str_present(param(callback, S("error")));
}

/* RFC 9207 2.4: in errors too, and before the code goes anywhere. JARM has its own iss. */
static err check_iss(struct hk_op *op, const struct callback *callback) {
    const struct options *options = &op->rp->settings.options;
    str iss = param(callback, S("iss"));
    bool promised = metadata_true(op, "authorization_response_iss_parameter_supported") &&
                    !is_said_by_id_token(op, callback);
    bool needed =
        promised || options->answer_iss == ANSWER_ISS_REQUIRE || options->profile == PROFILE_FAPI2;
    HOLD(&op->failure, answer_has_iss, str_present(iss) || !needed);
    HOLD(&op->failure, answer_iss_matches,
         !str_present(iss) || str_eq(iss, callback->transaction.issuer));
    return OK;
}

static err check_error(struct hk_op *op, const struct callback *callback) {
    str error = param(callback, S("error"));
    if (!str_present(error))
        return OK;
    failure_oauth(&op->failure, error);
    HOLD(&op->failure, user_agreed, !str_eq(error, S("access_denied")));
    HOLD(&op->failure, provider_agreed, false);
    return OK;
}

/* Tokens that were not asked for may be somebody else's (RFC 9700 4.4, 2.1.2). */
static err check_content(struct hk_op *op, const struct callback *callback) {
    const struct response_type_row *type = type_of(callback);
    bool id_token = type->id_token && wants_id_token(op);
    bool has_code = str_present(param(callback, S("code")));
    bool has_id_token = str_present(param(callback, S("id_token")));
    bool has_token = str_present(param(callback, S("access_token")));
    HOLD(&op->failure, answer_has_code, has_code || !type->code);
    HOLD(&op->failure, answer_has_id_token, has_id_token || !id_token);
    HOLD(&op->failure, answer_has_token, has_token || !type->token);
    HOLD(&op->failure, answer_has_no_more,
         has_code <= type->code && has_id_token <= id_token && has_token <= type->token);
    HOLD(&op->failure, access_token_is_text,
         !has_token || token_text_is_plain(param(callback, S("access_token"))));
    HOLD(&op->failure, answer_token_is_bearer,
         !has_token || str_eq_nocase(param(callback, S("token_type")), S("bearer")));
    return OK;
}

static struct id_token_expected expected_of(const struct callback *callback) {
    const struct transaction *transaction = &callback->transaction;
    return (struct id_token_expected){
        .nonce = transaction->nonce,
        .nonce_required = true,
        .max_age = transaction->max_age,
        .acr = transaction->acr,
    };
}

/* OIDC Core 3.2.2.9, 3.2.2.10, 3.3.2.10: it vouches for what came beside it. */
static err check_front_id_token(struct hk_op *op) {
    struct callback *callback = op->flow;
    str token = param(callback, S("id_token"));
    if (!str_present(token))
        return OK;
    struct id_token_expected expected = expected_of(callback);
    expected.code = param(callback, S("code"));
    expected.access_token = param(callback, S("access_token"));
    expected.state = param(callback, S("state"));
    expected.c_hash_required = str_present(expected.code);
    expected.at_hash_required = str_present(expected.access_token);
    return id_token_push(op, token, &expected, &callback->front_claims);
}

static void drop_key(void *key) {
    jwk_free(key);
}

static err need_dpop_key(struct hk_op *op, struct callback *callback) {
    json_t *json;
    if (!str_present(callback->transaction.dpop_key))
        return OK;
    TRY(op_json_object(op, callback->transaction.dpop_key, &json));
    TRY(jwk_import_in(&op->rp->memory, json, &callback->dpop_key));
    return op_defer(op, drop_key, callback->dpop_key);
}

/* RFC 6749 4.1.3, RFC 7636 4.5. */
static err ask_token(struct hk_op *op, struct callback *callback) {
    TRY(need_dpop_key(op, callback));
    const struct form_param params[CODE_PARAMS] = {
        {.name = S("grant_type"), .value = S("authorization_code")},
        {.name = S("code"), .value = param(callback, S("code"))},
        {.name = S("redirect_uri"), .value = callback->transaction.redirect_uri},
        {.name = S("code_verifier"), .value = callback->transaction.verifier},
    };
    memcpy(callback->code_params, params, sizeof params);
    const struct endpoint_request request = {
        .member = "token_endpoint",
        .params = callback->code_params,
        .param_count = CODE_PARAMS,
        .dpop_key = callback->dpop_key,
    };
    return token_push(op, &request, &callback->tokens);
}

/* Without a code the tokens of the front channel are all there are. */
static err use_front_tokens(struct hk_op *op, struct callback *callback) {
    int64_t seconds;
    str expires_in = param(callback, S("expires_in"));
    callback->tokens.access_token = param(callback, S("access_token"));
    if (str_present(callback->tokens.access_token))
        callback->tokens.token_type = S("Bearer");
    callback->tokens.id_token = param(callback, S("id_token"));
    callback->tokens.scope = param(callback, S("scope"));
    if (!failed(str_to_int(expires_in, INT32_MAX, &seconds)))
        callback->tokens.expires_at = op_now(op) + seconds;
    return OK;
}

static err get_tokens(struct hk_op *op) {
    struct callback *callback = op->flow;
    return type_of(callback)->code ? ask_token(op, callback) : use_front_tokens(op, callback);
}

/* OIDC Core 3.1.3.7; in the hybrid flow both must be of one user (3.3.3.6). */
static err check_id_token(struct hk_op *op) {
    struct callback *callback = op->flow;
    callback->id_claims = callback->front_claims;
    if (!wants_id_token(op) || !type_of(callback)->code)
        return OK;
    HOLD(&op->failure, id_token_present, str_present(callback->tokens.id_token));
    struct id_token_expected expected = expected_of(callback);
    expected.access_token = callback->tokens.access_token;
    expected.same_iss = json_read_str(callback->front_claims, "iss");
    expected.same_sub = json_read_str(callback->front_claims, "sub");
    return id_token_push(op, callback->tokens.id_token, &expected, &callback->id_claims);
}

static err get_userinfo(struct hk_op *op) {
    struct callback *callback = op->flow;
    callback->user = (struct token_user){
        .tokens = &callback->tokens,
        .dpop_key = callback->dpop_key,
        .scope = callback->transaction.scope,
        .id_claims = callback->id_claims,
    };
    return token_user_push(op, &callback->user);
}

err sign_in_answer(struct hk_op *op) {
    const struct callback *callback = op->flow;
    TRY(check_iss(op, callback));
    TRY(check_error(op, callback));
    TRY(check_content(op, callback));
    op_push(op, sign_in_session);
    op_push(op, get_userinfo);
    op_push(op, check_id_token);
    op_push(op, get_tokens);
    op_push(op, check_front_id_token);
    return OK;
}
