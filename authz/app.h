/* hitkey-authz as an app: its routes (routes.def) and what belongs to all of them. */
#ifndef AUTHZ_APP_H
#define AUTHZ_APP_H

#include "authz/authz.h"

/* The table; also for the OpenAPI document. */
const struct route *app_routes(size_t *n);
/* `limiter` NULL: no limits. */
struct app app_for(struct authz *authz, struct rate_limiter *limiter);

#endif
