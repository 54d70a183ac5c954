/* The session at the end of a sign-in. */
#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/flows/callback.h"

/* What the ID token says of itself, which userinfo does not overrule. */
static const str of_the_token =
    S_INIT("iss sub aud exp iat nbf jti azp nonce auth_time acr amr at_hash c_hash s_hash sid");

/* OIDC Core 5.3.2 lets userinfo tell more; the user is the ID token's. */
static err merge(json_t *claims, const json_t *id_claims, const json_t *userinfo) {
    const char *name;
    json_t *value;
    REQUIRE(!id_claims || json_object_update(claims, json_read_members(id_claims)) == 0, no_memory,
            "there is no memory for the claims");
    json_object_foreach(json_read_members(userinfo), name, value) {
        if (id_claims && str_has_word(of_the_token, str_from(name)))
            continue;
        REQUIRE(json_object_set(claims, name, value) == 0, no_memory,
                "there is no memory for the claims");
    }
    return OK;
}

/* HitKey's dialect names the user by id (hitkey-v1). */
static str sub_of(const json_t *claims) {
    str sub = json_read_str(claims, "sub");
    return str_present(sub) ? sub : json_read_str(claims, "id");
}

static err fill(struct hk_op *op, hk_session *session) {
    const struct callback *callback = op->flow;
    const struct transaction *transaction = &callback->transaction;
    str end_cookie;
    TRY(transaction_end_cookie(op, transaction, &end_cookie));
    TRY(session_text(session, end_cookie, &session->end_cookie));
    TRY(session_text(session, transaction->return_to, &session->return_to));
    TRY(merge(session->claims, callback->id_claims, callback->userinfo));
    session->id_claims = json_incref(callback->id_claims);
    TRY(session_text(session, sub_of(session->claims), &session->sub));
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
