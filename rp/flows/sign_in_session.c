/* The session at the end of a sign-in. */
#include "rp/engine/session.h"
#include "rp/flows/callback.h"

static err fill(struct hk_op *op, hk_session *session) {
    const struct callback *callback = op->flow;
    const struct transaction *transaction = &callback->transaction;
    str end_cookie;
    TRY(transaction_end_cookie(op, transaction, &end_cookie));
    TRY(session_text(session, end_cookie, &session->end_cookie));
    TRY(session_text(session, transaction->return_to, &session->return_to));
    return token_user_fill(&callback->user, session);
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
