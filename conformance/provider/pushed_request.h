/* Pushed authorization requests (RFC 9126), as the authorization endpoint finds them again. */
#ifndef CONFORMANCE_PROVIDER_PUSHED_REQUEST_H
#define CONFORMANCE_PROVIDER_PUSHED_REQUEST_H

#include "conformance/provider/provider.h"

/* What was pushed, for an authorization request that has its request_uri and nothing else; used up.
 * The caller owns; NULL: a complaint says what was wrong. */
json_t *pushed_request_take(struct provider *provider, const json_t *parameters);

#endif
