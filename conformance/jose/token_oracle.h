/* A second opinion on tokens: OpenSSL, and libjwt where it can (RS, ES and HS, typ JWT); nothing of
 * the code under test. Both must agree. */
#ifndef CONFORMANCE_JOSE_TOKEN_ORACLE_H
#define CONFORMANCE_JOSE_TOKEN_ORACLE_H

#include <jansson.h>

/* The key of the set that this header's kid and alg name; without kid, the only one that fits.
 * Borrowed; NULL with *problem set where there is none, or more than one. */
const json_t *token_oracle_key(const json_t *jwks, const json_t *header, const char **problem);
/* NULL: the signature is good. `secret` is for HS*, or NULL. */
const char *token_oracle_verify(const json_t *jwks, const char *token, const char *secret);
/* The claims of `token` if a key of the JWKS (RFC 7517) verifies it, else NULL with *problem set to
 * a literal. The caller owns the object. */
json_t *token_oracle_claims(const json_t *jwks, const char *token, const char **problem);

#endif
