/* Client authentication by a JWT (RFC 7521 4.2, RFC 7523 3, OIDC Core 9): private_key_jwt, and
 * client_secret_jwt with the secret as the key of an HMAC. */
#ifndef AUTHZ_CLIENT_ASSERTION_H
#define AUTHZ_CLIENT_ASSERTION_H

#include "authz/client_auth.h"

/* An assertion is taken once: its jti is durable before OK. Errors are those of
 * client_auth_check(). */
err client_assertion_check(struct request *rq, const struct client_credentials *given,
                           struct client *out) MUST_CHECK;

#endif
