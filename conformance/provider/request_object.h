/* Request objects (OIDC Core 6, RFC 9101): by value and by reference. */
#ifndef CONFORMANCE_PROVIDER_REQUEST_OBJECT_H
#define CONFORMANCE_PROVIDER_REQUEST_OBJECT_H

#include "conformance/provider/provider.h"

/* The parameters of a request with those of its object over them; the caller owns. NULL: a
 * complaint says what was wrong. */
json_t *request_object_read(struct provider *provider, const json_t *client, json_t *parameters);

#endif
