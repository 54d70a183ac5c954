/* An ID token is believed: decrypted, verified, every claim checked (OIDC Core 3.1.3.7). */
#ifndef RP_FLOWS_ID_TOKEN_H
#define RP_FLOWS_ID_TOKEN_H

#include "rp/engine/op.h"
#include "rp/protocol/id_token_claims.h"

/* Pushes it; *claims is there for the next step and is the op's. Copies *expected, whose texts must
 * live as long as the op. */
err id_token_push(struct hk_op *op, str token, const struct id_token_expected *expected,
                  json_t **claims) MUST_CHECK;

#endif
