/* Subject identifiers (OIDC Core 8): what a client knows a person by. */
#ifndef AUTHZ_SUBJECT_H
#define AUTHZ_SUBJECT_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* "public": the user's id. "pairwise": the same for all clients of a sector and for them alone;
 * whose it is, nobody can tell without this server's key (OIDC Core 8.1). */
err subject_of(const struct authz *authz, struct arena *arena, const struct client *client,
               str user_id, str *out) MUST_CHECK;

#endif
