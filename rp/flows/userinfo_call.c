/* hk_userinfo: the claims of a session, anew. */
#include "common/base/json_read.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/flows/token_request.h"
#include "rp/flows/userinfo.h"
#include "rp/protocol/claims_merge.h"

struct userinfo_call {
    hk_session *session;
    json_t *claims;
};

/* The session keeps what it had until here. */
static err give(struct hk_op *op) {
    const struct userinfo_call *flow = op->flow;
    hk_session *session = flow->session;
    AUTO(json_ref) claims = NULL;
    TRY(claims_merge(session->id_claims, flow->claims, &claims));
    TRY(session_renew(session, claims));
    if (!str_present(session->sub)) /* of a sign-in without an ID token */
        TRY(session_text(session, json_read_str(claims, "sub"), &session->sub));
    return OK;
}

/* A token goes to the provider that it came from, and to no other. The texts are copied, because
 * another op may refresh the session meanwhile. */
static err start(struct hk_op *op) {
    struct userinfo_call *flow = op->flow;
    const hk_session *session = flow->session;
    str access_token, sub;
    TRY(token_session_is_ours(op, session));
    TRY(str_dup(op->arena, session->access_token, &access_token));
    TRY(str_dup(op->arena, session->sub, &sub));
    op_push(op, give);
    return userinfo_push(op, access_token, session->token_type, session->dpop_key, sub,
                         &flow->claims);
}

hk_op *hk_userinfo_op(hk_rp *rp, hk_session *session) {
    if (!session)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct userinfo_call));
    if (op)
        ((struct userinfo_call *)op->flow)->session = session;
    return op;
}

int hk_userinfo(hk_rp *rp, hk_session *session, hk_error *e) {
    return run_for_nothing(hk_userinfo_op(rp, session), e);
}
