#include "common/http/metrics_page.h"

#include "common/ops/metrics.h"

enum { MAX_METRICS = 512 * 1024 };

err metrics_page(struct request *rq, struct response *rs) {
    struct buf out = buf_in(rq->arena, MAX_METRICS);
    metrics_write(&out);
    TRY(buf_str(&out, &rs->body));
    response_header_set(rs, "Content-Type", S("text/plain; version=0.0.4; charset=utf-8"));
    return OK;
}
