/* A grant that ends with one request to the token endpoint, and its tokens: client credentials,
 * token exchange. */
#ifndef RP_FLOWS_TOKEN_GRANT_H
#define RP_FLOWS_TOKEN_GRANT_H

#include "rp/flows/param_list.h"
#include "rp/flows/token_request.h"

/* What such a flow keeps: op->flow is one. */
struct token_grant {
    struct param_list params;
    struct jwk *key; /* what the tokens are bound to, or NULL */
    struct token_response response;
    op_step *give; /* makes the result of the response */
};

/* The first step: metadata, the request with the params, then `give`. */
err token_grant_start(struct hk_op *op) MUST_CHECK;

#endif
