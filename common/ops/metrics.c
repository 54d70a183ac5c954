#include "common/ops/metrics.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

enum { SERIES_MAX = 256, LABEL_MAX = 96, BUCKETS_MAX = 12 };

enum metric_type { counter, gauge, histogram };

static const struct metric_row {
    enum metric_type type;
    const char *name, *labels, *help;
} rows[] = {
#define METRIC(id, type, name, label, help) {type, name, label, help},
#include "common/ops/metrics.def"
#undef METRIC
};

/* Upper bounds: seconds for durations, a count for sizes. */
static const double second_buckets[BUCKETS_MAX] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                   0.05,   0.1,   0.25,   0.5,   1,    5};
static const double size_buckets[BUCKETS_MAX] = {1, 2, 4, 8, 16, 32, 64, 96, 128, 160, 192, 256};

struct series {
    enum metric metric;
    char label[LABEL_MAX]; /* "" or "a|b" */
    _Atomic int64_t value; /* of counters; the count of histograms; the bits of a gauge's double */
    _Atomic int64_t sum_micro;
    _Atomic int64_t buckets[BUCKETS_MAX];
};

/* Series are only ever added, under the lock; `used` is raised when one is ready to be read. */
static struct series all[SERIES_MAX];
static _Atomic size_t used;
/* For each row, where label values count that found no place. */
static struct series others[M_count];
static _Atomic bool overflowed[M_count];
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;

static struct series *find(enum metric m, str label) {
    size_t n = atomic_load_explicit(&used, memory_order_acquire);
    for (size_t i = 0; i < n; i++)
        if (all[i].metric == m && str_eq(str_from(all[i].label), label))
            return &all[i];
    return NULL;
}

static struct series *add(enum metric m, str label) {
    size_t n = atomic_load_explicit(&used, memory_order_relaxed);
    struct series *series = &all[n];
    series->metric = m;
    memcpy(series->label, label.p, label.n);
    atomic_store_explicit(&used, n + 1, memory_order_release);
    return series;
}

static struct series *add_other(enum metric m) {
    others[m].metric = m;
    if (rows[m].labels[0])
        memcpy(others[m].label, "other", sizeof "other");
    atomic_store_explicit(&overflowed[m], true, memory_order_release);
    return &others[m];
}

static struct series *series_of(enum metric m, str label) {
    if (!str_present(label))
        label = S("");
    label = str_head(label, LABEL_MAX - 1);
    struct series *series = find(m, label);
    if (series)
        return series;
    if (atomic_load_explicit(&overflowed[m], memory_order_acquire))
        return &others[m];
    pthread_mutex_lock(&adding);
    series = find(m, label);
    if (!series)
        series = atomic_load(&used) < SERIES_MAX ? add(m, label) : add_other(m);
    pthread_mutex_unlock(&adding);
    return series;
}

void metrics_add(enum metric m, str label, int64_t n) {
    atomic_fetch_add_explicit(&series_of(m, label)->value, n, memory_order_relaxed);
}

void metrics_set(enum metric m, str label, double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    atomic_store_explicit(&series_of(m, label)->value, bits, memory_order_relaxed);
}

static const double *buckets_of(enum metric m) {
    return str_ends(str_from(rows[m].name), S("_seconds")) ? second_buckets : size_buckets;
}

void metrics_observe(enum metric m, str label, double value) {
    struct series *series = series_of(m, label);
    const double *bounds = buckets_of(m);
    for (int i = 0; i < BUCKETS_MAX; i++) {
        if (value > bounds[i])
            continue;
        atomic_fetch_add_explicit(&series->buckets[i], 1, memory_order_relaxed);
        break;
    }
    atomic_fetch_add_explicit(&series->value, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&series->sum_micro, (int64_t)llround(value * 1e6),
                              memory_order_relaxed);
}

static void add_escaped(struct buf *out, str value) {
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '\\' || c == '"' || c == '\n')
            buf_add_c(out, '\\');
        buf_add_c(out, c == '\n' ? 'n' : c);
    }
}

/* {route="…",status="…",le="…"}; the names are of the row, the values of the series. */
static void add_labels(struct buf *out, const struct series *series, str le) {
    str names = str_from(rows[series->metric].labels), values = str_from(series->label), name,
        value;
    const char *before = "{";
    while (names.n && str_next(&names, ',', &name)) {
        if (!str_next(&values, '|', &value))
            value = S("");
        buf_addf(out, "%s%.*s=\"", before, STR_FMT(name));
        add_escaped(out, value);
        buf_add_c(out, '"');
        before = ",";
    }
    if (le.n)
        buf_addf(out, "%sle=\"%.*s\"", before, STR_FMT(le));
    if (le.n || before[0] == ',')
        buf_add_c(out, '}');
}

static void write_histogram(struct buf *out, const struct series *series) {
    const char *name = rows[series->metric].name;
    const double *bounds = buckets_of(series->metric);
    int64_t below = 0;
    for (int i = 0; i < BUCKETS_MAX; i++) {
        char bytes[32];
        struct buf le = {.p = bytes, .cap = sizeof bytes, .max = sizeof bytes - 1};
        buf_addf(&le, "%g", bounds[i]);
        below += atomic_load(&series->buckets[i]);
        buf_addf(out, "%s_bucket", name);
        add_labels(out, series, str_of(le.p, le.n));
        buf_addf(out, " %lld\n", (long long)below);
    }
    buf_addf(out, "%s_bucket", name);
    add_labels(out, series, S("+Inf"));
    buf_addf(out, " %lld\n%s_sum", (long long)atomic_load(&series->value), name);
    add_labels(out, series, STR_ABSENT);
    buf_addf(out, " %.6f\n%s_count", (double)atomic_load(&series->sum_micro) / 1e6, name);
    add_labels(out, series, STR_ABSENT);
    buf_addf(out, " %lld\n", (long long)atomic_load(&series->value));
}

static void write_series(struct buf *out, const struct series *series) {
    const struct metric_row *row = &rows[series->metric];
    int64_t value = atomic_load(&series->value);
    if (row->type == histogram) {
        write_histogram(out, series);
        return;
    }
    buf_add(out, str_from(row->name));
    add_labels(out, series, STR_ABSENT);
    double number;
    memcpy(&number, &value, sizeof number);
    if (row->type == gauge)
        buf_addf(out, " %.17g\n", number);
    else
        buf_addf(out, " %lld\n", (long long)value);
}

void metrics_write(struct buf *out) {
    static const char *const types[] = {"counter", "gauge", "histogram"};
    size_t n = atomic_load_explicit(&used, memory_order_acquire);
    for (size_t m = 0; m < M_count; m++) {
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", rows[m].name, rows[m].help, rows[m].name,
                 types[rows[m].type]);
        for (size_t i = 0; i < n; i++)
            if (all[i].metric == m)
                write_series(out, &all[i]);
        if (atomic_load_explicit(&overflowed[m], memory_order_acquire))
            write_series(out, &others[m]);
    }
}
