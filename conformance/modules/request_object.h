/* What the modules about request objects share (OIDC Core 6, RFC 9101). */
#ifndef CONFORMANCE_MODULES_REQUEST_OBJECT_H
#define CONFORMANCE_MODULES_REQUEST_OBJECT_H

#include "conformance/engine/flow.h"

/* Skips the module where the provider says that it takes signed objects only. */
void request_object_skip_unsigned(struct run *run);
/* The flow's parameters (iss and aud with them) as a JWT: "none", or "RS256" with the client's key.
 */
const char *request_object_make(struct run *run, const struct flow *flow, const char *alg);
/* Takes from the outside what is inside alone: state and nonce. */
void request_object_hide(struct flow *flow);
/* Serves an object at a path of its own and gives its URL; *path gets the path. */
const char *request_object_serve(struct run *run, const char *object, const char **path);
/* A path that no other run has: "/RANDOM/name". */
const char *request_object_path(struct run *run, const char *name);

#endif
