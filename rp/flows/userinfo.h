/* Userinfo (OIDC Core 5.3): asked with the access token, and believed when it speaks of the user
 * of the ID token. */
#ifndef RP_FLOWS_USERINFO_H
#define RP_FLOWS_USERINFO_H

#include "rp/engine/op.h"

/* Pushes it; *claims is there for the next step and is the op's. The texts must live as long as the
 * op. `dpop_key` NULL: the token is a bearer token. `sub`: whom it must be about (5.3.2); absent:
 * there was no ID token, and userinfo names the user. */
err userinfo_push(struct hk_op *op, str access_token, str token_type, const struct jwk *dpop_key,
                  str sub, json_t **claims) MUST_CHECK;

#endif
