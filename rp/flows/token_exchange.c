/* hk_token_exchange: a token for another one (RFC 8693). */
#include "common/base/json_read.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/engine/sized.h"
#include "rp/flows/token_grant.h"

/* 2.2.1: what was issued need not be an access token, so its type is said, and a claim. */
static err fill(struct hk_op *op, hk_session *session) {
    const struct token_grant *grant = op->flow;
    str type = grant->response.issued_token_type;
    REQUIRE(json_object_set_new(session->claims, "issued_token_type",
                                json_stringn(type.p, type.n)) == 0,
            no_memory, "there is no memory for the claims");
    TRY(session_claims_done(session));
    return token_told(op, session, STR_ABSENT);
}

static err give(struct hk_op *op) {
    const struct token_grant *grant = op->flow;
    str asked = endpoint_sent(op, S("requested_token_type"));
    str type = grant->response.issued_token_type;
    HOLD(&op->failure, exchange_names_type, !str_empty(type));
    HOLD(&op->failure, exchange_type_was_asked, !str_present(asked) || str_eq(type, asked));
    TRY(token_session(op, &grant->response, grant->key, &op->session));
    return fill(op, op->session);
}

static const char *type_or_access_token(const char *token, const char *type) {
    return token && !type ? "urn:ietf:params:oauth:token-type:access_token" : type;
}

/* 2.1: a type goes with each token, and none without. */
static err keep(struct hk_op *op, const hk_exchange *exchange) {
    struct token_grant *grant = op->flow;
    struct param_list *params = &grant->params;
    const char *subject = exchange->subject_token, *actor = exchange->actor_token;
    HOLD(&op->failure, argument_given, subject && *subject);
    HOLD(&op->failure, argument_given, actor || !exchange->actor_token_type);
    grant->give = give;
    param_add(params, "grant_type", S("urn:ietf:params:oauth:grant-type:token-exchange"));
    TRY(param_add_copy(op, params, "subject_token", subject));
    TRY(param_add_copy(op, params, "subject_token_type",
                       type_or_access_token(subject, exchange->subject_token_type)));
    TRY(param_add_copy(op, params, "actor_token", actor));
    TRY(param_add_copy(op, params, "actor_token_type",
                       type_or_access_token(actor, exchange->actor_token_type)));
    TRY(param_add_copy(op, params, "requested_token_type", exchange->requested_token_type));
    TRY(param_add_copy(op, params, "scope", exchange->scopes));
    TRY(param_add_words(op, params, "resource", exchange->resources));
    return param_add_words(op, params, "audience", exchange->audiences);
}

hk_op *hk_token_exchange_op(hk_rp *rp, const hk_exchange *given) {
    hk_exchange exchange;
    sized_copy(&exchange, sizeof exchange, given);
    struct hk_op *op = op_new(rp, token_grant_start, sizeof(struct token_grant));
    return op ? op_made(op, keep(op, &exchange)) : NULL;
}

int hk_token_exchange(hk_rp *rp, const hk_exchange *exchange, hk_session **out, hk_error *e) {
    return run_for_session(hk_token_exchange_op(rp, exchange), out, e);
}
