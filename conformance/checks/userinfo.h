/* The userinfo endpoint's answers (OIDC Core 5.3). */
#ifndef CONFORMANCE_CHECKS_USERINFO_H
#define CONFORMANCE_CHECKS_USERINFO_H

#include "conformance/engine/run.h"

/* Its URL, which must be in the discovery document. */
const char *check_userinfo_endpoint(struct run *run);
/* A JSON answer about `sub`; the claims are kept by the run. */
json_t *check_userinfo(struct run *run, const struct http_response *response, const char *sub);
/* The claims of either a JSON or a signed answer. */
void check_userinfo_claims(struct run *run, const json_t *claims, const char *sub);

#endif
