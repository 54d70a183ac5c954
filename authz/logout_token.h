/* Logout tokens (Back-Channel Logout 1.0 2.4): tell a client that a sign-in is over. */
#ifndef AUTHZ_LOGOUT_TOKEN_H
#define AUTHZ_LOGOUT_TOKEN_H

#include "authz/authz.h"
#include "authz/store/logout.h"

/* Signed and encrypted as the client's ID tokens are; for two minutes. Blocks if the client's keys
 * must be fetched. Errors: token_format_write. */
err logout_token_make(struct request *rq, const struct client *client,
                      const struct logout_notice *notice, str *out) MUST_CHECK;

#endif
