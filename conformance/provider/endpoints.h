/* The endpoints of routes.def. Each answers one request, under the provider's lock; the caller owns
 * the answer (answer.h). */
#ifndef CONFORMANCE_PROVIDER_ENDPOINTS_H
#define CONFORMANCE_PROVIDER_ENDPOINTS_H

#include "conformance/provider/provider.h"

#define ROUTE(endpoint, method, path, function)                                                    \
    json_t *function(struct provider *provider, const struct asked *asked);
#include "conformance/provider/routes.def"
#undef ROUTE

#endif
