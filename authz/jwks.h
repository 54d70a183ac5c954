/* A key set of a client (RFC 7517 5): immutable, counted, safe to read from every thread. */
#ifndef AUTHZ_JWKS_H
#define AUTHZ_JWKS_H

#include "common/base/scope.h"
#include "keys/jwk.h"

struct jwks;
typedef struct jwks *jwks_ref;
/* Scope-bound: AUTO(jwks_ref) jwks = NULL; */
void jwks_ref_drop(jwks_ref *jwks);

/* From JSON text, with one user. E_bad_request, E_jose_key: it is no key set; keys in it that
 * cannot be used are skipped. */
err jwks_new(str text, struct jwks **out) MUST_CHECK;
struct jwks *jwks_take(struct jwks *jwks);
/* The last one frees it. NULL is allowed. */
void jwks_give(struct jwks *jwks);
const struct jwk_set *jwks_keys(const struct jwks *jwks);

#endif
