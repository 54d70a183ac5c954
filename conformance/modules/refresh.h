/* What the modules about refresh tokens share. */
#ifndef CONFORMANCE_MODULES_REFRESH_H
#define CONFORMANCE_MODULES_REFRESH_H

#include "conformance/engine/flow.h"

/* The registration that asks for refresh tokens. */
json_t *refresh_changes(struct run *run);
/* A completed flow that asks for one (offline_access with prompt=consent where that exists). */
struct flow *refresh_flow(struct run *run, struct client *client);
const struct http_response *refresh_send(struct run *run, const struct client *client,
                                         const char *refresh_token);
/* A good answer to it: the new tokens. */
json_t *refresh_check(struct run *run, const struct flow *flow,
                      const struct http_response *response);

#endif
