/* The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6). */
#ifndef RP_PROTOCOL_LOGOUT_TOKEN_H
#define RP_PROTOCOL_LOGOUT_TOKEN_H

#include "rp/protocol/jwt_claims.h"

/* `header` and `claims` are of a token that was verified. That its jti is new is for the caller to
 * see to. */
err logout_token_claims(const struct jwt_check *check, const json_t *header,
                        const json_t *claims) MUST_CHECK;

#endif
