/* hk_device_start, hk_device_poll: a user signs in on another device (RFC 8628). */
#include "common/base/json_read.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/flows/param_list.h"
#include "rp/flows/poll.h"
#include "rp/protocol/safe_url.h"

static const struct poll_grant grant = {S_INIT("urn:ietf:params:oauth:grant-type:device_code"),
                                        "device_code"};

struct device {
    str scope;
};

/* 3.2. The user types what is shown, so it must be there, and lead nowhere unsafe. */
static err look(struct hk_op *op) {
    const struct device *flow = op->flow;
    json_t *answer;
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error(op));
    TRY(op_answer_json(op, &answer));
    str complete = json_read_str(answer, "verification_uri_complete");
    HOLD(&op->failure, device_user_code_present, !str_empty(json_read_str(answer, "user_code")));
    HOLD(&op->failure, device_uri_is_safe,
         safe_url(json_read_str(answer, "verification_uri")) &&
             (!str_present(complete) || safe_url(complete)));
    return poll_begun(op, &grant, answer, flow->scope);
}

static err ask(struct hk_op *op) {
    const struct device *flow = op->flow;
    struct param_list params = {.n = 0};
    param_add(&params, "scope", flow->scope);
    op_push(op, look);
    const struct endpoint_request request = {
        .member = "device_authorization_endpoint", .params = params.list, .param_count = params.n};
    return endpoint_push(op, &request);
}

static err start(struct hk_op *op) {
    const struct device *flow = op->flow;
    HOLD(&op->failure, scope_has_openid,
         op->rp->settings.options.profile != PROFILE_OIDC ||
             str_has_word(flow->scope, S("openid")));
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err keep(struct hk_op *op, const char *scopes) {
    struct device *flow = op->flow;
    flow->scope = op->rp->settings.scopes;
    return scopes ? op_copy(op, scopes, &flow->scope) : OK;
}

hk_op *hk_device_start_op(hk_rp *rp, const char *scopes) {
    struct hk_op *op = op_new(rp, start, sizeof(struct device));
    return op ? op_made(op, keep(op, scopes)) : NULL;
}

int hk_device_start(hk_rp *rp, const char *scopes, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_device_start_op(rp, scopes), out, e);
}

hk_op *hk_device_poll_op(hk_rp *rp, hk_doc *device) {
    return poll_op(rp, &grant, device);
}

int hk_device_poll(hk_rp *rp, hk_doc *device, hk_session **out, hk_error *e) {
    return poll_run(hk_device_poll_op(rp, device), out, e);
}
