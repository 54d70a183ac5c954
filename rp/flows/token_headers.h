/* How an access token goes with a request (RFC 6750 2.1, RFC 9449 7.1). */
#ifndef RP_FLOWS_TOKEN_HEADERS_H
#define RP_FLOWS_TOKEN_HEADERS_H

#include "rp/engine/op.h"

struct token_use {
    str access_token, method, url;
    const struct jwk *dpop_key; /* a proof by it goes along; NULL: a bearer token */
};

/* "Authorization: ...\r\n", and for DPoP a proof with the API's last nonce, "DPoP: ...\r\n". */
err token_headers(struct hk_op *op, const struct token_use *use, str *out) MUST_CHECK;

#endif
