/* Who sends a request to the token endpoint (RFC 6749 2.3, OIDC Core 9, RFC 7523, RFC 8705). */
#ifndef CONFORMANCE_PROVIDER_CLIENT_AUTH_H
#define CONFORMANCE_PROVIDER_CLIENT_AUTH_H

#include "conformance/provider/provider.h"

/* The client, authenticated with the method that it registered and no other. Borrowed; NULL: a
 * complaint says what was wrong. */
json_t *client_auth(struct provider *provider, const struct asked *asked);

#endif
