/* Cross-origin calls from browsers (Fetch standard, 3.2): open to any origin, never with
 * credentials, on the routes whose row says so. */
#ifndef COMMON_HTTP_CORS_H
#define COMMON_HTTP_CORS_H

#include "common/http/http.h"

/* Answers OPTIONS for a path that exists; `allow` is its Allow list. */
void cors_options(struct request *rq, str allow, struct response *rs);
void cors_headers(const struct request *rq, struct response *rs);

#endif
