/* hk_finish: the parameters that the browser brought to the redirect_uri, and the sign-in that they
 * answer. */
#include "rp/flows/callback.h"

#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/sized.h"
#include "rp/protocol/response_type.h"

enum { PARAMS_MAX = 64 * 1024 };

/* The settings may have changed since: what asked for a JWT takes nothing else. */
static bool was_asked_by_these(const struct hk_op *op, const struct transaction *transaction) {
    const struct options *options = &op->rp->settings.options;
    return transaction->response_type == options->response_type &&
           transaction->response_mode == options->response_mode;
}

/* RFC 6749 10.12: without a sign-in that this browser began, nothing of the answer counts. */
static err take(struct hk_op *op) {
    struct callback *callback = op->flow;
    str state = form_get(&callback->form, S("state"));
    HOLD(&op->failure, answer_has_state, str_present(state));
    TRY(transaction_take(op, state, callback->cookies, &callback->transaction));
    HOLD(&op->failure, answer_came_as_asked, was_asked_by_these(op, &callback->transaction));
    op_push(op, sign_in_answer);
    op_push(op, metadata_need);
    return OK;
}

static enum response_mode mode_of(const struct hk_op *op) {
    return (enum response_mode)op->rp->settings.options.response_mode;
}

static err parse(struct hk_op *op) {
    struct callback *callback = op->flow;
    HOLD(&op->failure, answer_is_short, callback->params.n <= PARAMS_MAX);
    HOLD_TRY(&op->failure, answer_is_form,
             form_parse(op->arena, callback->params, &callback->form));
    HOLD_TRY(&op->failure, answer_params_are_unique, form_unique(&callback->form, STR_ABSENT));
    return OK;
}

static err start(struct hk_op *op) {
    const struct callback *callback = op->flow;
    enum response_type type = (enum response_type)op->rp->settings.options.response_type;
    HOLD(&op->failure, answer_came_as_asked, callback->via == response_mode_via(mode_of(op), type));
    TRY(parse(op));
    op_push(op, take);
    if (response_mode_is_jwt(mode_of(op)))
        op_push(op, jarm_open);
    return OK;
}

/* The mark in front, which is not of the parameters, is no reason to fail. */
static str without_mark(str params) {
    bool mark = str_starts(params, S("?")) || str_starts(params, S("#"));
    return str_from_pos(params, mark ? 1 : 0);
}

static err copy(struct hk_op *op, const hk_callback *given, struct callback *out) {
    TRY(op_copy(op, given->params, &out->params));
    out->params = without_mark(out->params);
    out->via = given->via;
    return op_copy(op, given->cookie ? given->cookie : "", &out->cookies);
}

hk_op *hk_finish_op(hk_rp *rp, const hk_callback *given) {
    hk_callback all;
    sized_copy(&all, sizeof all, given);
    if (!all.params)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct callback));
    if (!op || !failed(copy(op, &all, op->flow)))
        return op;
    hk_op_free(op);
    return NULL;
}

int hk_finish_with(hk_rp *rp, const hk_callback *callback, hk_session **out, hk_error *e) {
    return run_for_session(hk_finish_op(rp, callback), out, e);
}

int hk_finish(hk_rp *rp, const char *query, const char *cookie, hk_session **out, hk_error *e) {
    const hk_callback callback = {sizeof callback, query, cookie, HK_VIA_QUERY};
    return hk_finish_with(rp, &callback, out, e);
}
