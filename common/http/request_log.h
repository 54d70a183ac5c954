/* One line and two counts a request: what the operator sees of it. */
#ifndef COMMON_HTTP_REQUEST_LOG_H
#define COMMON_HTTP_REQUEST_LOG_H

#include "common/http/http.h"

/* `e` is why the answer is an error, or OK. Paths and queries hold secrets: only the route's own
 * path is written. Of a request that was passed on within the program, the inner route and the
 * inner error are told. */
void request_log(const struct request *rq, const struct response *rs, err e);

#endif
