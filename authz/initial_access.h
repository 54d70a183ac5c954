/* Who may register a client at POST /oauth/register (RFC 7591 1.2, 3): by --registration anybody,
 * whoever brings an initial access token, or nobody. */
#ifndef AUTHZ_INITIAL_ACCESS_H
#define AUTHZ_INITIAL_ACCESS_H

#include "authz/authz.h"

enum registration_mode { REGISTRATION_OPEN, REGISTRATION_TOKEN, REGISTRATION_CLOSED };

/* As configured; else open in development, and with a token everywhere else. */
enum registration_mode initial_access_mode(const struct authz *authz);
/* The token of a request is a line of --initial-access-token-file, read at every registration, or
 * an API Bearer token: then *owner_id is its user, who owns the client; otherwise it is absent.
 * Where registration is open, a token that is brought must be good all the same.
 * E_unauthorized, E_invalid_token, E_forbidden: closed. */
err initial_access_check(struct request *rq, str *owner_id) MUST_CHECK;
/* At start: whether the file is there and holds tokens. E_config. */
err initial_access_file_check(struct arena *arena, str path) MUST_CHECK;

#endif
