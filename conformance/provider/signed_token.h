/* JWTs that the provider makes: ID tokens, logout tokens, signed userinfo. */
#ifndef CONFORMANCE_PROVIDER_SIGNED_TOKEN_H
#define CONFORMANCE_PROVIDER_SIGNED_TOKEN_H

#include "conformance/provider/provider.h"

/* Signs the claims, which it takes, with `alg`, as a fault at `place` bends it. `typ` is the
 * header's, or NULL; `secret` is for HS256. The caller frees. */
char *signed_token(struct provider *provider, enum place place, const char *alg, const char *typ,
                   json_t *claims, const char *secret);

#endif
