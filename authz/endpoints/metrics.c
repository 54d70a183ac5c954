/* GET /metrics: Prometheus text. */
#include "common/http/metrics_page.h"

#include "authz/endpoints/endpoints.h"

err metrics(struct request *rq, struct response *rs) {
    return metrics_page(rq, rs);
}
