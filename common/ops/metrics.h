/* Counters, gauges and histograms, written as Prometheus text (exposition format 0.0.4).
 *
 * The rows are in metrics.def. A row has at most one label; a new label value makes a new series,
 * up to a bound, past which the series "other" counts. Lock-free to count. */
#ifndef COMMON_OPS_METRICS_H
#define COMMON_OPS_METRICS_H

#include "common/base/buf.h"

enum metric {
#define METRIC(id, type, name, label, help) M_##id,
#include "common/ops/metrics.def"
#undef METRIC
    M_count
};

/* `label` is a literal or otherwise lives for the process; absent where the row has no label. For
 * rows with two labels ("route,status") write them as "name|200". */
void metrics_add(enum metric m, str label, int64_t n);
void metrics_set(enum metric m, str label, double value);
/* One observation, in the row's unit (seconds for *_seconds). */
void metrics_observe(enum metric m, str label, double value);
/* The whole exposition. */
void metrics_write(struct buf *out);

#endif
