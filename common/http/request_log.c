#include "common/http/request_log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/http/method.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

/* Labels live for the process: "route|status" is made once for each pair, in a table that only
 * grows, with a bound. Slots are claimed by compare-and-swap. */
enum { LABELS = 2048, PROBES = 8 };

struct label {
    const char *route;
    int status;
    str text;
};
static _Atomic(struct label *) labels[LABELS];

static struct label *label_new(const char *route, int status) {
    char text[256];
    int n = snprintf(text, sizeof text, "%s|%d", route, status);
    struct label *label =
        n > 0 && (size_t)n < sizeof text ? malloc(sizeof *label + (size_t)n) : NULL;
    if (!label)
        return NULL;
    char *copy = (char *)(label + 1);
    memcpy(copy, text, (size_t)n);
    *label = (struct label){route, status, {copy, (size_t)n}};
    return label;
}

static struct label *label_claim(size_t slot, const char *route, int status) {
    struct label *mine = label_new(route, status), *there = NULL;
    if (!mine || atomic_compare_exchange_strong(&labels[slot], &there, mine))
        return mine;
    free(mine);
    return there;
}

static str label_for(const char *route, int status) {
    size_t start = ((uintptr_t)route >> 3) * 31 + (size_t)status * 7;
    for (size_t i = 0; i < PROBES; i++) {
        size_t slot = (start + i) % LABELS;
        struct label *label = atomic_load(&labels[slot]);
        if (!label)
            label = label_claim(slot, route, status);
        if (label && label->route == route && label->status == status)
            return label->text;
    }
    return S("other|0");
}

/* What somebody has to look at, by status. */
static enum log_level level_of(int status) {
    bool ours = status >= 500 && status != 501;
    enum log_level bad = status == 503 ? LOG_WARN : LOG_ERROR;
    return ours ? bad : LOG_INFO;
}

static void write_line(const struct request *rq, const char *route, const struct response *rs,
                       err e, int64_t us) {
    enum log_level level = level_of(rs->status);
    if (!log_on(level))
        return;
    str code = failed(e) ? str_from(err_name(e.code)) : STR_ABSENT;
    LOG(level, "request", LOG_STR("id", rq->id), LOG_STR("app", str_from(rq->app->name)),
        LOG_STR("route", str_from(route)), LOG_STR("method", str_from(method_name(rq->method))),
        LOG_INT("status", rs->status), LOG_STR("remote", rq->remote), LOG_STR("who", rq->who),
        LOG_INT("ms", us / 1000), LOG_STR("code", code), LOG_STR("why", str_from(e.why)),
        LOG_STR("at", str_from(e.at)));
}

void request_log(const struct request *rq, const struct response *rs, err e) {
    const struct route *found = rq->inner_route ? rq->inner_route : rq->route;
    const char *route = found ? found->path : NULL;
    const char *series = route ? route : "none";
    int64_t us = clock_monotonic_us() - rq->started_us;
    metrics_add(M_requests, label_for(series, rs->status), 1);
    metrics_observe(M_latency, str_from(series), (double)us / 1e6);
    write_line(rq, route, rs, failed(e) ? e : rq->inner_error, us);
}
