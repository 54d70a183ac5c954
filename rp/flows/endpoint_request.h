/* An authenticated POST to an endpoint of the provider: token, pushed authorization, revocation,
 * introspection, device and backchannel authentication. It goes to the mutual-TLS alias where there
 * is one (RFC 8705 5), with what authenticates the client, made anew for each request. */
#ifndef RP_FLOWS_ENDPOINT_REQUEST_H
#define RP_FLOWS_ENDPOINT_REQUEST_H

#include "common/base/form.h"
#include "rp/engine/op.h"

struct endpoint_request {
    const char *member;              /* of the metadata: "token_endpoint" */
    const struct form_param *params; /* copied; their texts must live as long as the op */
    size_t param_count;
    const struct jwk *dpop_key; /* a proof goes with it (RFC 9449 5); NULL: none */
    const char *accept;         /* a media type; NULL: JSON */
    bool may_fail;              /* as of op_request */
};

/* Pushes the request; op->answer is there for the next step, whatever its status. A server that
 * asks for a DPoP nonce is asked once more, with that. The metadata must be there. */
err endpoint_push(struct hk_op *op, const struct endpoint_request *request) MUST_CHECK;
/* Breaks the rule that an answer other than success breaks, with the server's error code in the
 * failure: never OK. */
err endpoint_error(struct hk_op *op) MUST_CHECK;
/* The error code of the answer; absent if it has none. */
err endpoint_error_code(struct hk_op *op, str *out) MUST_CHECK;
/* Of the request that was pushed last: the value of its parameter (absent if it has none), and
 * whether a proof went with it. */
str endpoint_sent(const struct hk_op *op, str name);
bool endpoint_sent_proof(const struct hk_op *op);

#endif
