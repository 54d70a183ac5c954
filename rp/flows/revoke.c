/* hk_revoke: a session's tokens end (RFC 7009). The refresh token first, which takes the access
 * tokens with it where the provider can do that; then the access token. */
#include "rp/engine/metadata.h"
#include "rp/engine/refreshed.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/flows/param_list.h"
#include "rp/flows/token_request.h"

struct revoke {
    hk_session *session;
    bool refresh_token_ended;
};

static err ask(struct hk_op *op, str token, str hint) {
    struct param_list params = {.n = 0};
    str copy;
    TRY(str_dup(op->arena, token, &copy));
    param_add(&params, "token", copy);
    param_add(&params, "token_type_hint", hint);
    const struct endpoint_request request = {
        .member = "revocation_endpoint", .params = params.list, .param_count = params.n};
    return endpoint_push(op, &request);
}

/* 2.2: 200, also for a token that the provider does not know. */
static err look(struct hk_op *op) {
    TRY(op_answer_came(op));
    if (op->answer.status != 200)
        TRY(endpoint_error(op));
    HOLD(&op->failure, answer_is_success, op->answer.status == 200);
    return OK;
}

/* A program that sees the session afterwards must not use what is dead. */
static err forget(struct hk_op *op) {
    hk_session *session = ((struct revoke *)op->flow)->session;
    session->access_token = session->token_type = session->refresh_token = STR_ABSENT;
    session->access_expires = 0;
    return OK;
}

/* 2.2.1: a provider need not be able to end access tokens, and the refresh token is what counts. */
static err look_at_access_token(struct hk_op *op) {
    const struct revoke *flow = op->flow;
    str code;
    TRY(op_answer_came(op));
    TRY(endpoint_error_code(op, &code));
    bool cannot = op->answer.status == 400 && str_eq(code, S("unsupported_token_type"));
    return cannot && flow->refresh_token_ended ? OK : look(op);
}

static err revoke_access_token(struct hk_op *op) {
    const struct revoke *flow = op->flow;
    if (!str_present(flow->session->access_token))
        return OK;
    op_push(op, look_at_access_token);
    return ask(op, flow->session->access_token, S("access_token"));
}

static err look_at_refresh_token(struct hk_op *op) {
    struct revoke *flow = op->flow;
    TRY(look(op));
    flow->refresh_token_ended = true;
    struct sha256 key = sha256(flow->session->refresh_token);
    pthread_mutex_lock(&op->rp->lock);
    refreshed_forget(op->rp, &key);
    pthread_mutex_unlock(&op->rp->lock);
    return OK;
}

static err revoke_refresh_token(struct hk_op *op) {
    const struct revoke *flow = op->flow;
    if (!str_present(flow->session->refresh_token))
        return OK;
    op_push(op, look_at_refresh_token);
    return ask(op, flow->session->refresh_token, S("refresh_token"));
}

static err start(struct hk_op *op) {
    const struct revoke *flow = op->flow;
    const struct hk_session *session = flow->session;
    TRY(token_session_is_ours(op, session));
    HOLD(&op->failure, session_has_tokens,
         str_present(session->refresh_token) || str_present(session->access_token));
    op_push(op, forget);
    op_push(op, revoke_access_token);
    op_push(op, revoke_refresh_token);
    op_push(op, metadata_need);
    return OK;
}

hk_op *hk_revoke_op(hk_rp *rp, hk_session *session) {
    if (!session)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct revoke));
    if (op)
        ((struct revoke *)op->flow)->session = session;
    return op;
}

int hk_revoke(hk_rp *rp, hk_session *session, hk_error *e) {
    return run_for_nothing(hk_revoke_op(rp, session), e);
}
