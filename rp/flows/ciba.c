/* hk_ciba_start, hk_ciba_poll, hk_ciba_ping: the user is asked on a device of their own (CIBA Core
 * 1.0, modes poll and ping). */
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "keys/jws.h"
#include "rp/engine/doc.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/sized.h"
#include "rp/flows/param_list.h"
#include "rp/flows/poll.h"

enum {
    NOTIFICATION_TOKEN_LEAST = 22, /* 128 bits in base64url */
    NOTIFICATION_TOKEN_MOST = 1024,
    REQUEST_LIFE_S = 60,
    JTI_BYTES = 16,
    REQUEST_MAX = 32 * 1024
};

static const struct poll_grant grant = {S_INIT("urn:openid:params:grant-type:ciba"), "auth_req_id"};

struct ciba {
    struct param_list params;
    str scope, notification_token;
};

static err look(struct hk_op *op) {
    const struct ciba *flow = op->flow;
    json_t *answer;
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error(op));
    TRY(op_answer_json(op, &answer));
    TRY(poll_begun(op, &grant, answer, flow->scope));
    return str_dup(op->doc->arena, flow->notification_token, &op->doc->notification_token);
}

/* 7.1.1, with a key of our own alone: everything, and who asks whom, until when. */
static err request_claims(struct hk_op *op, str *out) {
    const struct ciba *flow = op->flow;
    const struct settings *settings = &op->rp->settings;
    str jti;
    TRY(random_token(op->arena, S(""), JTI_BYTES, &jti));
    struct json_put j = json_put_begin(op->arena, REQUEST_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", settings->client_id);
    json_put_str(&j, "aud", settings->issuer);
    json_put_str(&j, "jti", jti);
    json_put_int(&j, "iat", op_now(op));
    json_put_int(&j, "nbf", op_now(op));
    json_put_int(&j, "exp", op_now(op) + REQUEST_LIFE_S);
    for (size_t i = 0; i < flow->params.n; i++)
        json_put_str(&j, flow->params.list[i].name.p, flow->params.list[i].value);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err sign_request(struct hk_op *op) {
    struct ciba *flow = op->flow;
    const struct settings *settings = &op->rp->settings;
    str claims, request;
    if (settings->options.request_object == OBJECT_OFF)
        return OK;
    TRY(request_claims(op, &claims));
    HOLD(&op->failure, key_is_usable, settings->private_key);
    HOLD_TRY(&op->failure, key_is_usable,
             jws_sign(settings->private_key, settings_request_object_alg(settings), STR_ABSENT,
                      claims, op->arena, &request));
    flow->params.n = 0;
    param_add(&flow->params, "request", request);
    return OK;
}

static err ask(struct hk_op *op) {
    const struct ciba *flow = op->flow;
    str mode = str_present(flow->notification_token) ? S("ping") : S("poll");
    HOLD(&op->failure, ciba_mode_offered,
         metadata_lists(op, "backchannel_token_delivery_modes_supported", mode, true));
    TRY(sign_request(op));
    op_push(op, look);
    const struct endpoint_request request = {.member = "backchannel_authentication_endpoint",
                                             .params = flow->params.list,
                                             .param_count = flow->params.n};
    return endpoint_push(op, &request);
}

/* 7.1: of the characters of RFC 6750 2.1, and not to be guessed. */
static bool is_notification_token(str token) {
    static const str others = S_INIT("-._~+/=");
    for (size_t i = 0; i < token.n; i++) {
        char c = token.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && str_find(others, c) == others.n)
            return false;
    }
    return token.n >= NOTIFICATION_TOKEN_LEAST && token.n <= NOTIFICATION_TOKEN_MOST;
}

static err start(struct hk_op *op) {
    const struct ciba *flow = op->flow;
    HOLD(&op->failure, scope_has_openid, str_has_word(flow->scope, S("openid")));
    HOLD(&op->failure, ciba_notification_token_fits,
         !str_present(flow->notification_token) || is_notification_token(flow->notification_token));
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err add_expiry(struct hk_op *op, struct param_list *params, int32_t seconds) {
    str text;
    if (seconds <= 0)
        return OK;
    TRY(str_printf(op->arena, &text, "%d", seconds));
    param_add(params, "requested_expiry", text);
    return OK;
}

static err keep(struct hk_op *op, const hk_ciba *given) {
    struct ciba *flow = op->flow;
    struct param_list *params = &flow->params;
    int hints = !!given->login_hint + !!given->login_hint_token + !!given->id_token_hint;
    HOLD(&op->failure, ciba_has_one_hint, hints == 1);
    HOLD(&op->failure, argument_given, given->requested_expiry_s >= 0);
    flow->scope = op->rp->settings.scopes;
    if (given->scopes)
        TRY(op_copy(op, given->scopes, &flow->scope));
    TRY(op_copy(op, given->notification_token, &flow->notification_token));
    param_add(params, "scope", flow->scope);
    param_add(params, "client_notification_token", flow->notification_token);
    TRY(param_add_copy(op, params, "login_hint", given->login_hint));
    TRY(param_add_copy(op, params, "login_hint_token", given->login_hint_token));
    TRY(param_add_copy(op, params, "id_token_hint", given->id_token_hint));
    TRY(param_add_copy(op, params, "binding_message", given->binding_message));
    TRY(param_add_copy(op, params, "user_code", given->user_code));
    TRY(param_add_copy(op, params, "acr_values", given->acr_values));
    return add_expiry(op, params, given->requested_expiry_s);
}

hk_op *hk_ciba_start_op(hk_rp *rp, const hk_ciba *given) {
    hk_ciba all;
    sized_copy(&all, sizeof all, given);
    struct hk_op *op = op_new(rp, start, sizeof(struct ciba));
    return op ? op_made(op, keep(op, &all)) : NULL;
}

int hk_ciba_start(hk_rp *rp, const hk_ciba *request, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_ciba_start_op(rp, request), out, e);
}

hk_op *hk_ciba_poll_op(hk_rp *rp, hk_doc *request) {
    return poll_op(rp, &grant, request);
}

int hk_ciba_poll(hk_rp *rp, hk_doc *request, hk_session **out, hk_error *e) {
    return poll_run(hk_ciba_poll_op(rp, request), out, e);
}

/* 10.2: the token first, in constant time; nothing of the body is looked at before. */
static err check_ping(const hk_doc *request, const char *authorization, const char *body,
                      struct failure *failure) {
    static const str scheme = S_INIT("Bearer ");
    AUTO(json_ref) json = NULL;
    if (!request || !authorization || !body)
        return rule_broken(failure, RULE_argument_given);
    str header = str_trim(str_from(authorization));
    str token = str_from_pos(header, header.n < scheme.n ? header.n : scheme.n);
    HOLD(failure, ping_token_matches,
         str_eq_nocase(str_head(header, scheme.n), scheme) &&
             secret_eq(secret_of(token), secret_of(request->notification_token)));
    HOLD_TRY(failure, ping_is_for_the_request, json_read_object(str_from(body), &json));
    HOLD(failure, ping_is_for_the_request,
         str_eq(json_read_str(json, grant.code), request->grant_code));
    return OK;
}

int hk_ciba_ping(hk_rp *rp, const hk_doc *request, const char *authorization, const char *body,
                 hk_error *e) {
    struct failure failure = {0};
    err problem = check_ping(request, authorization, body, &failure);
    int code = failure_report(&failure, problem, e);
    if (rp && code)
        client_event(
            rp,
            &(hk_event){.what = "refused", .code = code, .detail = rule_row(failure.rule)->name});
    return code;
}
