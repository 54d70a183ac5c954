/* The provider's keys (OIDC Core 10.1, RFC 7517). */
#ifndef CONFORMANCE_CHECKS_JWKS_H
#define CONFORMANCE_CHECKS_JWKS_H

#include "conformance/engine/run.h"

/* Fetches jwks_uri into run->jwks: a kid of its own on every key, nothing private or symmetric,
 * known types. */
void check_jwks(struct run *run);
/* What is wrong with one key, as a literal; NULL: nothing. */
const char *jwk_secret_member(const json_t *jwk);

#endif
