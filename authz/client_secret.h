/* The secrets of clients: made here, shown once, stored as an HMAC. Those of a client that
 * registered an algorithm keyed with its secret (client_secret_jwt, HS*, dir, A*KW) are stored
 * sealed too, bound to its row: there is no other way to compute with them (OIDC Core 10.1, 10.2).
 */
#ifndef AUTHZ_CLIENT_SECRET_H
#define AUTHZ_CLIENT_SECRET_H

#include "authz/authz.h"
#include "authz/store/client.h"
#include "keys/jws.h"

/* Whether it registered an algorithm that is keyed with its secret. */
bool client_secret_is_key(const struct client *client);
/* Whether it has use for a secret: it authenticates with one, or it is a key. */
bool client_secret_is_needed(const struct client *client);
/* A fresh one for the client, and what of it is stored; both absent if it needs none. */
err client_secret_make(const struct authz *authz, struct arena *arena, const struct client *client,
                       str *plain, struct client_secret *stored) MUST_CHECK;
/* What a changed client needs: none of its secrets any more, or a fresh one because it has none of
 * the kind that it needs. Then *plain is there, to be shown. */
err client_secret_after_change(const struct authz *authz, struct arena *arena,
                               const struct client *client, str *plain,
                               struct client_secrets_change *change) MUST_CHECK;
/* The live secrets that may be had back, in the arena, the newest first; *n may be 0. Blocks.
 * E_seal_broken: the row was altered. */
err client_secret_open(const struct authz *authz, struct arena *arena, str client_id,
                       str secrets[2], size_t *n) MUST_CHECK;
/* Verifies a JWS with any of those. E_jose_key: there is none, or none as long as the hash (RFC
 * 7518 3.2); E_jose_algorithm: it is not HS*; E_jose_signature. */
err client_secret_verify(const struct authz *authz, struct arena *arena, str client_id,
                         const struct jws *jws) MUST_CHECK;

#endif
