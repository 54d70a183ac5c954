/* Client authentication at the endpoints that clients call directly (RFC 6749 2.3). */
#ifndef AUTHZ_CLIENT_AUTH_H
#define AUTHZ_CLIENT_AUTH_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* `client_id` and `client_secret` are those of the request's body, absent if they are not there.
 * E_invalid_request: two methods at once. E_invalid_client: unknown, or it did not prove itself by
 * the method that it registered; unknown and wrong take the same time. A public client only names
 * itself. */
err client_auth_check(struct request *rq, str client_id, str client_secret,
                      struct client *out) MUST_CHECK;
/* The secrets themselves, where they are keys of HS* or of encryption: authz/client_secret.h. */

/* HMAC with the server's pepper: the stored form of a client secret, 32 bytes. */
err client_auth_hash(const struct authz *authz, struct arena *arena, str text, str *out) MUST_CHECK;

#endif
