/* What the parameters of an authorization request must be, wherever they come from: a query, a
 * form, a request object, a pushed request (OIDC Core 3.1.2.1, 3.2.2.1, 3.3.2.1). */
#ifndef CONFORMANCE_PROVIDER_AUTHORIZATION_REQUEST_H
#define CONFORMANCE_PROVIDER_AUTHORIZATION_REQUEST_H

#include "conformance/provider/provider.h"

/* NULL: nothing is wrong; else a literal. */
const char *authorization_request_wrong(const struct provider *provider, const json_t *client,
                                        json_t *ask);

#endif
