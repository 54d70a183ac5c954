/* Sender-constrained access tokens: bound to a DPoP key (RFC 9449) or a certificate (RFC 8705 3),
 * as RP_SENDER says. */
#ifndef CONFORMANCE_PROVIDER_SENDER_H
#define CONFORMANCE_PROVIDER_SENDER_H

#include "conformance/provider/provider.h"

/* At the token endpoint: binds the grant's tokens to who sent the request. NULL: done; else the
 * answer that refuses, which the caller owns. */
json_t *sender_bind(struct provider *provider, const struct asked *asked, json_t *grant);
/* "DPoP" or "Bearer". */
const char *sender_token_type(const struct provider *provider);
/* At a protected resource: the grant of the request's access token, in the Authorization header and
 * sent by whom it is bound to. Borrowed; NULL: *refusal is the answer, which the caller owns. */
const json_t *sender_grant(struct provider *provider, const struct asked *asked, json_t **refusal);

#endif
