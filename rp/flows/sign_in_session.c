/* The session at the end of a sign-in. */
#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/flows/callback.h"
#include "rp/protocol/claims_merge.h"

static err fill(struct hk_op *op, hk_session *session) {
    const struct callback *callback = op->flow;
    const struct transaction *transaction = &callback->transaction;
    str end_cookie;
    TRY(transaction_end_cookie(op, transaction, &end_cookie));
    TRY(session_text(session, end_cookie, &session->end_cookie));
    TRY(session_text(session, transaction->return_to, &session->return_to));
    json_t *claims;
    TRY(claims_merge(callback->id_claims, callback->userinfo, &claims));
    json_decref(session->claims);
    session->claims = claims;
    session->id_claims = json_incref(callback->id_claims);
    TRY(session_text(session, json_read_str(claims, "sub"), &session->sub));
    TRY(session_text(session, json_read_str(session->claims, "sid"), &session->sid));
    if (!str_present(session->scope)) /* RFC 6749 5.1: it is what was asked for */
        TRY(session_text(session, transaction->scope, &session->scope));
    return session_claims_done(session);
}

/* All or nothing: what is half filled goes. */
err sign_in_session(struct hk_op *op) {
    const struct callback *callback = op->flow;
    hk_session *session;
    TRY(token_session(op, &callback->tokens, callback->dpop_key, &session));
    err e = fill(op, session);
    if (!failed(e))
        e = token_told(op, session, STR_ABSENT);
    if (failed(e))
        hk_session_free(session);
    else
        op->session = session;
    return e;
}
