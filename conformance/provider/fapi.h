/* What FAPI 2.0 (Security Profile, Message Signing) asks of requests beyond OpenID Connect, with
 * RP_PROFILE=fapi2, or RP_PROFILE=oauth where there is no OpenID Connect. */
#ifndef CONFORMANCE_PROVIDER_FAPI_H
#define CONFORMANCE_PROVIDER_FAPI_H

#include "conformance/provider/provider.h"

bool fapi_applies(const struct provider *provider);
/* NULL: nothing is wrong; else a literal. Of the parameters of an authorization request … */
const char *fapi_wrong_with_request(const struct provider *provider, const json_t *ask);
/* … and of a signed request object. */
const char *fapi_wrong_with_object(const struct provider *provider, const json_t *header,
                                   const json_t *claims);

#endif
