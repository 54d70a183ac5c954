#include "rp/flows/token_headers.h"

#include "common/base/random.h"
#include "keys/dpop.h"
#include "rp/engine/server_nonce.h"
#include "rp/protocol/bearer.h"

enum { JTI_BYTES = 16 };

static err proof(struct hk_op *op, const struct token_use *use, str *out) {
    struct dpop_request request = {.method = use->method,
                                   .url = use->url,
                                   .now = op_now(op),
                                   .access_token = use->access_token};
    TRY(random_token(op->arena, S(""), JTI_BYTES, &request.jti));
    TRY(server_nonce_get(op, NONCE_OF_API, use->url, &request.nonce));
    return dpop_proof(use->dpop_key, op->rp->settings.options.dpop_alg, &request, op->arena, out);
}

err token_headers(struct hk_op *op, const struct token_use *use, str *out) {
    str dpop;
    HOLD(&op->failure, access_token_is_sendable, bearer_is_sendable(use->access_token));
    if (!use->dpop_key)
        return STR_JOIN(op->arena, out, S("Authorization: Bearer "), use->access_token, S("\r\n"));
    TRY(proof(op, use, &dpop));
    return STR_JOIN(op->arena, out, S("Authorization: DPoP "), use->access_token, S("\r\nDPoP: "),
                    dpop, S("\r\n"));
}
