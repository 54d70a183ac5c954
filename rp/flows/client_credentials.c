/* hk_client_credentials: a token for the client itself (RFC 6749 4.4, RFC 8707). */
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/flows/param_list.h"
#include "rp/flows/token_request.h"

struct client_credentials {
    struct param_list params;
    struct jwk *key;
    struct token_response response;
};

static err give(struct hk_op *op) {
    struct client_credentials *flow = op->flow;
    TRY(token_session(op, &flow->response, flow->key, &op->session));
    return token_told(op, op->session, STR_ABSENT);
}

static err ask(struct hk_op *op) {
    struct client_credentials *flow = op->flow;
    TRY(token_key_make(op, &flow->key));
    op_push(op, give);
    const struct endpoint_request request = {.member = "token_endpoint",
                                             .params = flow->params.list,
                                             .param_count = flow->params.n,
                                             .dpop_key = flow->key};
    return token_push(op, &request, &flow->response);
}

static err start(struct hk_op *op) {
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err keep(struct hk_op *op, const char *scopes, const char *resources) {
    struct client_credentials *flow = op->flow;
    param_add(&flow->params, "grant_type", S("client_credentials"));
    TRY(param_add_copy(op, &flow->params, "scope", scopes));
    return param_add_words(op, &flow->params, "resource", resources);
}

hk_op *hk_client_credentials_op(hk_rp *rp, const char *scopes, const char *resources) {
    struct hk_op *op = op_new(rp, start, sizeof(struct client_credentials));
    return op ? op_made(op, keep(op, scopes, resources)) : NULL;
}

int hk_client_credentials(hk_rp *rp, const char *scopes, const char *resources, hk_session **out,
                          hk_error *e) {
    return run_for_session(hk_client_credentials_op(rp, scopes, resources), out, e);
}
