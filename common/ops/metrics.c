#include "common/ops/metrics.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

/* A slot holds a place in `all`, plus one; half of the slots stay empty, so that probing ends. */
enum { SERIES_MAX = 512, SLOTS = 2 * SERIES_MAX, LABEL_MAX = 96, BUCKETS_MAX = 12 };

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
    size_t label_size;
    char label[LABEL_MAX];                    /* "" or "a|b" */
    _Atomic int64_t value;                    /* of counters; the bits of a gauge's double */
    _Atomic int64_t sum_millionth;            /* of histograms */
    _Atomic int64_t buckets[BUCKETS_MAX + 1]; /* the last: above every bound */
};

/* Series are only ever added, under the lock. A slot is set once the series is complete, so that
 * counting needs no lock. */
static struct series all[SERIES_MAX];
static struct series others[M_count]; /* what found no place, by metric */
static _Atomic size_t slots[SLOTS];
static _Atomic size_t used;
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;

/* FNV-1a. Labels are ours, not a client's: nobody can choose them to collide. */
static size_t hash(enum metric m, str label) {
    uint64_t h = 0xcbf29ce484222325U ^ (uint64_t)m;
    for (size_t i = 0; i < label.n; i++)
        h = (h ^ (unsigned char)label.p[i]) * 0x100000001b3U;
    return (size_t)(h ^ h >> 32);
}

/* The series, or NULL with the empty slot where it belongs. */
static struct series *find(enum metric m, str label, size_t *slot) {
    for (size_t i = hash(m, label);; i++) {
        *slot = i % SLOTS;
        size_t place = atomic_load_explicit(&slots[*slot], memory_order_acquire);
        if (place == 0)
            return NULL;
        struct series *series = &all[place - 1];
        if (series->metric == m && str_eq(str_of(series->label, series->label_size), label))
            return series;
    }
}

static struct series *add(enum metric m, str label) {
    size_t slot, n = atomic_load(&used);
    struct series *there = find(m, label, &slot); /* another thread was first */
    if (there)
        return there;
    if (n == SERIES_MAX)
        return &others[m];
    struct series *series = &all[n];
    series->metric = m;
    series->label_size = label.n;
    memcpy(series->label, label.p, label.n);
    atomic_store_explicit(&used, n + 1, memory_order_release);
    atomic_store_explicit(&slots[slot], n + 1, memory_order_release);
    return series;
}

static struct series *series_of(enum metric m, str label) {
    size_t slot;
    label = str_head(str_present(label) ? label : S(""), LABEL_MAX);
    struct series *series = find(m, label, &slot);
    if (series)
        return series;
    pthread_mutex_lock(&adding);
    series = add(m, label);
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
    size_t bucket = 0;
    while (bucket < BUCKETS_MAX && value > bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&series->sum_millionth, (int64_t)llround(value * 1e6),
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&series->buckets[bucket], 1, memory_order_relaxed);
}

/* --- the exposition ------------------------------------------------------------------------- */

static void add_escaped(struct buf *out, str value) {
    for (size_t i = 0; i < value.n; i++) {
        bool line_end = value.p[i] == '\n';
        if (value.p[i] == '\\' || value.p[i] == '"' || line_end)
            buf_add_c(out, '\\');
        buf_add_c(out, line_end ? 'n' : value.p[i]);
    }
}

/* {route="…",status="…",le="…"}; the names are of the row, the values of the series. */
static void add_labels(struct buf *out, const struct series *series, str le) {
    str names = str_from(rows[series->metric].labels), name, value;
    str values = str_of(series->label, series->label_size);
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

static void write_bucket(struct buf *out, const struct series *series, str bound, int64_t n) {
    buf_addf(out, "%s_bucket", rows[series->metric].name);
    add_labels(out, series, bound);
    buf_addf(out, " %lld\n", (long long)n);
}

/* The count is the sum of the buckets read here, so that the lines agree with each other while
 * others count. */
static void write_histogram(struct buf *out, const struct series *series) {
    const char *name = rows[series->metric].name;
    const double *bounds = buckets_of(series->metric);
    int64_t n = 0;
    for (int i = 0; i < BUCKETS_MAX; i++) {
        char bytes[32];
        struct buf bound = {.p = bytes, .cap = sizeof bytes, .max = sizeof bytes - 1};
        buf_addf(&bound, "%g", bounds[i]);
        n += atomic_load_explicit(&series->buckets[i], memory_order_relaxed);
        write_bucket(out, series, str_of(bound.p, bound.n), n);
    }
    n += atomic_load_explicit(&series->buckets[BUCKETS_MAX], memory_order_relaxed);
    write_bucket(out, series, S("+Inf"), n);
    buf_addf(out, "%s_sum", name);
    add_labels(out, series, STR_ABSENT);
    buf_addf(out, " %.6f\n%s_count",
             (double)atomic_load_explicit(&series->sum_millionth, memory_order_relaxed) / 1e6,
             name);
    add_labels(out, series, STR_ABSENT);
    buf_addf(out, " %lld\n", (long long)n);
}

static void write_value(struct buf *out, const struct series *series) {
    const struct metric_row *row = &rows[series->metric];
    int64_t value = atomic_load_explicit(&series->value, memory_order_relaxed);
    buf_add(out, str_from(row->name));
    add_labels(out, series, STR_ABSENT);
    double number;
    memcpy(&number, &value, sizeof number);
    if (row->type == gauge)
        buf_addf(out, " %.17g\n", number);
    else
        buf_addf(out, " %lld\n", (long long)value);
}

static void write_series(struct buf *out, const struct series *series) {
    if (rows[series->metric].type == histogram)
        write_histogram(out, series);
    else
        write_value(out, series);
}

/* Under the label "other", once something went there. */
static void write_others(struct buf *out, enum metric m) {
    struct series shown = {.metric = m, .label_size = 11, .label = "other|other"};
    int64_t value = atomic_load(&others[m].value), any = value;
    atomic_init(&shown.value, value);
    atomic_init(&shown.sum_millionth, atomic_load(&others[m].sum_millionth));
    for (size_t i = 0; i <= BUCKETS_MAX; i++) {
        int64_t n = atomic_load(&others[m].buckets[i]);
        atomic_init(&shown.buckets[i], n);
        any |= n;
    }
    if (any != 0)
        write_series(out, &shown);
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
        write_others(out, (enum metric)m);
    }
}
