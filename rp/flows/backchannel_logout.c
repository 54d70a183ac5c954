/* hk_backchannel_logout: the provider says that sessions are over (Back-Channel Logout 1.0). */
#include "common/base/form.h"
#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/run.h"
#include "rp/engine/seen.h"
#include "rp/flows/provider_jwt.h"
#include "rp/protocol/logout_token.h"

struct backchannel_logout {
    str body;
    struct provider_jwt jwt;
};

/* 2.5: one logout_token; parameters that are not understood are ignored. */
static err read_body(struct hk_op *op, str body, str *token) {
    const str name = S("logout_token");
    struct form form = {0};
    bool repeated = false;
    HOLD_TRY(&op->failure, logout_token_given, form_parse(op->arena, body, &form));
    for (size_t i = 0; i < form.n; i++)
        repeated = repeated || (form.list[i].repeated && str_eq(form.list[i].name, name));
    *token = form_get(&form, name);
    HOLD(&op->failure, logout_token_given, str_present(*token) && !repeated);
    return OK;
}

/* 2.6, step 8, and last: a token that is refused for something else is not used up. */
static err use_once(struct hk_op *op, const json_t *claims) {
    const struct jwt_check check = provider_jwt_check(op);
    int64_t exp;
    TRY(jwt_time(&check, claims, "exp", &exp));
    HOLD(&op->failure, logout_token_is_new,
         seen_first(op->rp->seen, S("logout"), json_read_str(claims, "jti"), exp + check.skew,
                    check.now));
    return OK;
}

static err give(struct hk_op *op) {
    const struct backchannel_logout *flow = op->flow;
    const struct jwt_check check = provider_jwt_check(op);
    TRY(logout_token_claims(&check, flow->jwt.verified.jws.header, flow->jwt.claims));
    TRY(use_once(op, flow->jwt.claims));
    return doc_new(&op->rp->memory, flow->jwt.claims, STR_ABSENT, &op->doc);
}

/* 2.4: signed, and encrypted, in the way of ID tokens. */
static err start(struct hk_op *op) {
    struct backchannel_logout *flow = op->flow;
    const struct options *options = &op->rp->settings.options;
    flow->jwt.alg = options->id_token_alg;
    flow->jwt.encryption = options->id_token_encryption;
    TRY(read_body(op, flow->body, &flow->jwt.token));
    op_push(op, give);
    return provider_jwt_push(op, &flow->jwt);
}

hk_op *hk_backchannel_logout_op(hk_rp *rp, const char *body) {
    if (!body)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct backchannel_logout));
    return op ? op_made(op, op_copy(op, body, &((struct backchannel_logout *)op->flow)->body))
              : NULL;
}

int hk_backchannel_logout(hk_rp *rp, const char *body, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_backchannel_logout_op(rp, body), out, e);
}
