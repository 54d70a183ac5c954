/* Client authentication at the endpoints that clients call directly (RFC 6749 2.3). */
#ifndef AUTHZ_CLIENT_AUTH_H
#define AUTHZ_CLIENT_AUTH_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* Of a request's body; absent if they are not there. */
struct client_credentials {
    str client_id, client_secret;
    str client_assertion_type, client_assertion; /* RFC 7521 4.2 */
};

/* E_invalid_request: two methods at once. E_invalid_client: unknown, or it did not prove itself by
 * the method that it registered; unknown and wrong take the same time. A public client only names
 * itself. E_defer: a JWT is used up, which is durable, or keys must be fetched, and nothing may
 * wait here. */
err client_auth_check(struct request *rq, const struct client_credentials *given,
                      struct client *out) MUST_CHECK;
/* The secrets themselves, where they are keys of HS* or of encryption: authz/client_secret.h. */

/* HMAC with the server's pepper: the stored form of a client secret, 32 bytes. */
err client_auth_hash(const struct authz *authz, struct arena *arena, str text, str *out) MUST_CHECK;

#endif
