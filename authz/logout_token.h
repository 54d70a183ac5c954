/* Logout tokens (Back-Channel Logout 1.0 2.4): tell a client that a sign-in is over. */
#ifndef AUTHZ_LOGOUT_TOKEN_H
#define AUTHZ_LOGOUT_TOKEN_H

#include "authz/authz.h"
#include "authz/store/logout.h"

/* Signed with the algorithm of the client's ID tokens; for two minutes. */
err logout_token_make(const struct authz *authz, struct arena *arena, const struct client *client,
                      const struct logout_notice *notice, int64_t now_ms, str *out) MUST_CHECK;

#endif
