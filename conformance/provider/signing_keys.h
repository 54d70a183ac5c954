/* The provider's keys: one of each kind, rotated all at once, and a second RSA key for sets in
 * which more than one fits. Making RSA keys is slow: all providers of a call share a few. */
#ifndef CONFORMANCE_PROVIDER_SIGNING_KEYS_H
#define CONFORMANCE_PROVIDER_SIGNING_KEYS_H

#include <jansson.h>
#include <openssl/evp.h>

struct signing_keys;

/* Which key of an algorithm: the published one, a second published one (RSA alone), or one that
 * nobody ever published. */
enum which_key { KEY_OF_RING, KEY_SECOND, KEY_OF_STRANGER };

struct signing_keys *signing_keys_new(void);
void signing_keys_free(struct signing_keys *keys);
/* New keys under new names; the former are gone. */
void signing_keys_rotate(struct signing_keys *keys);
/* {"keys": []}. The caller owns. */
json_t *signing_keys_jwks(const struct signing_keys *keys);
/* The RSA key of the ring, or the second. The caller owns. */
json_t *signing_keys_jwk(const struct signing_keys *keys, enum which_key which);
/* For RS, PS, ES256 and EdDSA; NULL for other algorithms. Borrowed. */
EVP_PKEY *signing_keys_get(const struct signing_keys *keys, const char *alg, enum which_key which);
/* The kid of that algorithm's published key; borrowed. */
const char *signing_keys_kid(const struct signing_keys *keys, const char *alg);

#endif
