/* The logout token and the request that brings it (OpenID Connect Back-Channel Logout 1.0). */
#ifndef CONFORMANCE_CHECKS_LOGOUT_TOKEN_H
#define CONFORMANCE_CHECKS_LOGOUT_TOKEN_H

#include "conformance/engine/flow.h"

/* A request as the listener records it: a form with logout_token alone. The token, kept. */
const char *check_logout_request(struct run *run, const json_t *request);
/* The token ends the sign-in of this flow. */
void check_logout_token(struct run *run, const struct flow *flow, const char *token);

#endif
