/* A second opinion on tokens: libjwt and OpenSSL, nothing of the code under test. RS256 and ES256.
 */
#ifndef CONFORMANCE_TOKEN_ORACLE_H
#define CONFORMANCE_TOKEN_ORACLE_H

#include <jansson.h>

/* The claims of `token` if a key of the JWKS (RFC 7517) verifies it, else NULL with *problem set to
 * a literal. The caller owns the object. */
json_t *token_oracle_claims(const json_t *jwks, const char *token, const char **problem);

#endif
