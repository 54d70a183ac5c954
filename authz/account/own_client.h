/* Our own pages as a client of our own authorization endpoint: "hitkey-account".
 *
 * So a person signs in to /account and /developer exactly as to an app, with the same second
 * factor, throttling, choice of account and max_age (OIDC Core 3.1.2.1), and without a second
 * sign-in to keep right. The client is in no table: nobody can list, change or delete it, it has no
 * secret, and the token endpoint does not know it, so that its codes are never redeemed. Its
 * answers go to one address, /account/signed-in (area_sign_in.h), and nothing is asked for but who
 * the person is: no consent page. */
#ifndef AUTHZ_ACCOUNT_OWN_CLIENT_H
#define AUTHZ_ACCOUNT_OWN_CLIENT_H

#include "authz/authz.h"
#include "authz/store/client.h"

#define OWN_CLIENT_ID "hitkey-account"

bool own_client_is(str client_id);
/* Its metadata, as client_get() gives those of others. */
err own_client_get(struct request *rq, struct client *out) MUST_CHECK;
/* The only address that its answers go to. */
err own_client_redirect_uri(struct request *rq, str *out) MUST_CHECK;

#endif
