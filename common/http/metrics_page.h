/* The body of GET /metrics: this process's metrics as Prometheus text. */
#ifndef COMMON_HTTP_METRICS_PAGE_H
#define COMMON_HTTP_METRICS_PAGE_H

#include "common/http/http.h"

err metrics_page(struct request *rq, struct response *rs) MUST_CHECK;

#endif
