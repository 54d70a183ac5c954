/* The token endpoint's answers (RFC 6749 5, OIDC Core 3.1.3.3, 3.1.3.4). */
#ifndef CONFORMANCE_CHECKS_TOKEN_RESPONSE_H
#define CONFORMANCE_CHECKS_TOKEN_RESPONSE_H

#include "conformance/engine/run.h"

/* A successful one; the object is kept by the run. */
json_t *check_token_response(struct run *run, const struct http_response *response);
/* An error with this code (RFC 6749 5.2); invalid_client may come with 401. */
void check_token_error(struct run *run, const struct http_response *response, const char *spec,
                       const char *code);
bool has_media_type(const struct http_response *response, const char *type);

#endif
