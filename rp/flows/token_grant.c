#include "rp/flows/token_grant.h"

#include "rp/engine/metadata.h"

static err ask(struct hk_op *op) {
    struct token_grant *grant = op->flow;
    TRY(token_key_make(op, &grant->key));
    op_push(op, grant->give);
    const struct endpoint_request request = {.member = "token_endpoint",
                                             .params = grant->params.list,
                                             .param_count = grant->params.n,
                                             .dpop_key = grant->key};
    return token_push(op, &request, &grant->response);
}

err token_grant_start(struct hk_op *op) {
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}
