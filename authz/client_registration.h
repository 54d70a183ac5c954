/* What every way of registering a client shares: metadata checked and taken over, ids made. */
#ifndef AUTHZ_CLIENT_REGISTRATION_H
#define AUTHZ_CLIENT_REGISTRATION_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* A client of its own: out->hitkey and out->owner_id are the caller's. */
err client_registration_new(struct request *rq, struct client *out) MUST_CHECK;
/* Checks `metadata` and makes it the client's, with its defaults: every member of *client that
 * comes from it. E_invalid_client_metadata, E_invalid_redirect_uri; those of
 * software_statement_apply. */
err client_registration_take(struct request *rq, const json_t *metadata,
                             struct client *client) MUST_CHECK;

#endif
