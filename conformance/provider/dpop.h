/* DPoP (RFC 9449): what shows that a request was made by the holder of a key. */
#ifndef CONFORMANCE_PROVIDER_DPOP_H
#define CONFORMANCE_PROVIDER_DPOP_H

#include "conformance/provider/provider.h"

/* Where a proof is shown: each server has nonces of its own (RFC 9449 8, 9). */
enum dpop_server { DPOP_AT_AUTHORIZATION_SERVER, DPOP_AT_RESOURCE, DPOP_SERVERS };

/* The thumbprint (RFC 7638) of the key that made the request's proof, which the caller frees.
 * `access_token` is what the proof must be bound to, or NULL. NULL: *refusal is the answer, which
 * the caller owns: that a nonce is wanted, or, with a complaint, what is wrong. */
char *dpop_check(struct provider *provider, const struct asked *asked, enum dpop_server server,
                 const char *access_token, json_t **refusal);
/* Adds the nonce of the next proof to an answer (RFC 9449 8.2); nothing where none are wanted. */
void dpop_announce(struct provider *provider, enum dpop_server server, json_t *answer);

#endif
