/* The keys of a client: registered by value (jwks) or published by it (jwks_uri). */
#ifndef AUTHZ_CLIENT_KEYS_H
#define AUTHZ_CLIENT_KEYS_H

#include "authz/authz.h"
#include "authz/jwks.h"
#include "authz/store/client.h"
#include "keys/jws.h"

/* Verifies a JWS that the client signed with a private key of its own. A key that is not known, or
 * that the signature does not fit, is looked for again at jwks_uri, as often as jwks_cache.h lets.
 * E_jose_algorithm, E_jose_key, E_jose_signature; E_defer: keys must be fetched and nothing may
 * wait here; E_overloaded. */
err client_keys_verify(struct request *rq, const struct client *client, const struct jws *jws,
                       enum jose_alg alg) MUST_CHECK;

#endif
