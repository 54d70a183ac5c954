/* GET /metrics of hitkey-core: sign-ins are counted where passwords are checked. */
#include "common/http/metrics_page.h"
#include "core/endpoints/endpoints.h"

err core_metrics(struct request *rq, struct response *rs) {
    return metrics_page(rq, rs);
}
