/* What codes and tokens stand for: {"kind": "code"|"access_token"|"refresh_token", "client_id",
 * "sub", "sid", "scope", "nonce", "redirect_uri", "code_challenge", "auth_time"}. */
#ifndef CONFORMANCE_PROVIDER_GRANTS_H
#define CONFORMANCE_PROVIDER_GRANTS_H

#include "conformance/provider/provider.h"

/* A new secret of this kind for the grant's copy; kept, borrowed. */
const char *grants_issue(struct provider *provider, const json_t *grant, const char *kind);
/* A code or token is used up: its grant, which the caller owns; NULL: none of this kind, or used.
 */
json_t *grants_take(struct provider *provider, const char *secret, const char *kind);
/* This is the newest sign-in, whatever it yields. */
void grants_remember(struct provider *provider, json_t *grant);
/* The newest of all; NULL: there is none. Borrowed. */
const json_t *grants_last(const struct provider *provider);

#endif
