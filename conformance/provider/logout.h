/* Logout: what the end_session_endpoint answers, and the tokens that tell of it. */
#ifndef CONFORMANCE_PROVIDER_LOGOUT_H
#define CONFORMANCE_PROVIDER_LOGOUT_H

#include "conformance/provider/provider.h"

/* A logout token (OpenID Connect Back-Channel Logout 1.0, 2.4) for the newest sign-in; the caller
 * frees. NULL: there was none. Takes the lock. */
char *logout_token(struct provider *provider);

#endif
