/* hk_client_credentials: a token for the client itself (RFC 6749 4.4, RFC 8707). */
#include "rp/engine/run.h"
#include "rp/flows/token_grant.h"

static err give(struct hk_op *op) {
    const struct token_grant *grant = op->flow;
    TRY(token_session(op, &grant->response, grant->key, &op->session));
    return token_told(op, op->session, STR_ABSENT);
}

static err keep(struct hk_op *op, const char *scopes, const char *resources) {
    struct token_grant *grant = op->flow;
    grant->give = give;
    param_add(&grant->params, "grant_type", S("client_credentials"));
    TRY(param_add_copy(op, &grant->params, "scope", scopes));
    return param_add_words(op, &grant->params, "resource", resources);
}

hk_op *hk_client_credentials_op(hk_rp *rp, const char *scopes, const char *resources) {
    struct hk_op *op = op_new(rp, token_grant_start, sizeof(struct token_grant));
    return op ? op_made(op, keep(op, scopes, resources)) : NULL;
}

int hk_client_credentials(hk_rp *rp, const char *scopes, const char *resources, hk_session **out,
                          hk_error *e) {
    return run_for_session(hk_client_credentials_op(rp, scopes, resources), out, e);
}
