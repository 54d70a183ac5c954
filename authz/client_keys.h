/* The keys of a client: registered by value (jwks) or published by it (jwks_uri). */
#ifndef AUTHZ_CLIENT_KEYS_H
#define AUTHZ_CLIENT_KEYS_H

#include "authz/authz.h"
#include "authz/jwks.h"
#include "authz/store/client.h"
#include "keys/jwe_alg.h"
#include "keys/jws.h"

/* Verifies a JWS that the client signed with a private key of its own. A key that is not known, or
 * that the signature does not fit, is looked for again at jwks_uri, as often as jwks_cache.h lets.
 * E_jose_algorithm, E_jose_key, E_jose_signature; E_defer: keys must be fetched and nothing may
 * wait here; E_overloaded. */
err client_keys_verify(struct request *rq, const struct client *client, const struct jws *jws,
                       enum jose_alg alg) MUST_CHECK;

/* A key that we share with a client or encrypt to; it lives as long as it is held:
 * AUTO(client_key_ref) key = {0}; */
struct client_key {
    const struct jwk *jwk;
    struct jwks *set; /* whose key it is, or */
    struct jwk *own;
};
typedef struct client_key client_key_ref;
void client_key_ref_drop(client_key_ref *key);
/* What an answer is encrypted with, by the alg and enc that the client registered: a key of its
 * own, or its newest secret for dir and A*KW (OIDC Core 10.2). E_jose_key: it has none; E_defer and
 * E_overloaded as above. */
err client_keys_encryption(struct request *rq, const struct client *client, enum jwe_alg alg,
                           enum jwe_enc enc, struct client_key *out) MUST_CHECK;
/* What the client encrypted for us with its i-th newest secret. E_jose_key: there is no such one.
 */
err client_keys_shared(struct request *rq, const struct client *client, size_t i, enum jwe_alg alg,
                       enum jwe_enc enc, struct client_key *out) MUST_CHECK;

#endif
