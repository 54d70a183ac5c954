/* ctest: threads */
#include "common/ops/metrics.h"

#include <pthread.h>
#include <stdio.h>

#include "common/base/testing.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static str exposition(void) {
    struct buf buf = buf_in(arena, 1 << 20);
    str text;
    metrics_write(&buf);
    assert_ok(buf_str(&buf, &text));
    return text;
}

static void assert_line(const char *line) {
    str text = exposition(), one;
    while (str_next(&text, '\n', &one))
        if (str_eq(one, str_from(line)))
            return;
    fail_msg("no line: %s", line);
}

static void counters_add_up(void **state) {
    (void)state;
    metrics_add(M_requests, S("token|200"), 1);
    metrics_add(M_requests, S("token|200"), 2);
    metrics_add(M_requests, S("token|400"), 1);
    assert_line("# TYPE hitkey_http_requests_total counter");
    assert_line("hitkey_http_requests_total{route=\"token\",status=\"200\"} 3");
    assert_line("hitkey_http_requests_total{route=\"token\",status=\"400\"} 1");
}

static void gauges_are_set(void **state) {
    (void)state;
    metrics_set(M_connections, STR_ABSENT, 7);
    metrics_set(M_connections, STR_ABSENT, 3.5);
    metrics_set(M_key_age, S("ES256"), 60);
    assert_line("# TYPE hitkey_http_connections gauge");
    assert_line("hitkey_http_connections 3.5");
    assert_line("hitkey_key_age_seconds{key=\"ES256\"} 60");
}

static void histograms_are_cumulative(void **state) {
    (void)state;
    metrics_observe(M_latency, S("token"), 0.0005);
    metrics_observe(M_latency, S("token"), 0.02);
    metrics_observe(M_latency, S("token"), 99);
    assert_line("# TYPE hitkey_http_request_duration_seconds histogram");
    assert_line("hitkey_http_request_duration_seconds_bucket{route=\"token\",le=\"0.0005\"} 1");
    assert_line("hitkey_http_request_duration_seconds_bucket{route=\"token\",le=\"0.01\"} 1");
    assert_line("hitkey_http_request_duration_seconds_bucket{route=\"token\",le=\"0.025\"} 2");
    assert_line("hitkey_http_request_duration_seconds_bucket{route=\"token\",le=\"5\"} 2");
    assert_line("hitkey_http_request_duration_seconds_bucket{route=\"token\",le=\"+Inf\"} 3");
    assert_line("hitkey_http_request_duration_seconds_count{route=\"token\"} 3");
    assert_line("hitkey_http_request_duration_seconds_sum{route=\"token\"} 99.020500");
    metrics_observe(M_commit_batch, S("core"), 3);
    assert_line("hitkey_db_commit_batch_size_bucket{database=\"core\",le=\"4\"} 1");
}

static void labels_are_escaped(void **state) {
    (void)state;
    metrics_add(M_audit, S("a\"b\\c\nd"), 1);
    assert_line("hitkey_audit_events_total{event=\"a\\\"b\\\\c\\nd\"} 1");
}

enum { THREADS = 4, TURNS = 20000 };

static void *count(void *arg) {
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        metrics_add(M_tokens, i % 2 ? S("code") : S("refresh_token"), 1);
        metrics_observe(M_commit_time, S("authz"), 0.001);
    }
    return NULL;
}

static void threads_lose_no_count(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, NULL), 0);
    for (int i = 0; i < 20; i++)
        exposition();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_line("hitkey_tokens_issued_total{grant=\"code\"} 40000");
    assert_line("hitkey_tokens_issued_total{grant=\"refresh_token\"} 40000");
    assert_line("hitkey_db_commit_duration_seconds_count{database=\"authz\"} 80000");
}

/* The last test: afterwards the table is full. */
static void labels_past_the_bound_count_as_other_of_their_own_row(void **state) {
    (void)state;
    for (int i = 0; i < 400; i++) {
        str label;
        assert_ok(str_printf(arena, &label, "reason %d", i));
        metrics_add(M_refused, label, 1);
    }
    str text = exposition();
    assert_true(str_find_str(text, S("{reason=\"reason 0\"} 1\n")) < text.n);
    assert_int_equal(str_find_str(text, S("reason=\"reason 399\"")), text.n);
    size_t lines = 0, counted = 0;
    str rest = text, line;
    while (str_next(&rest, '\n', &line))
        if (str_starts(line, S("hitkey_http_refused_total{"))) {
            int64_t n;
            assert_ok(str_to_int(str_from_pos(line, str_find_str(line, S("} ")) + 2), 1000, &n));
            counted += (size_t)n;
            lines++;
        }
    assert_int_equal(counted, 400);
    assert_true(lines > 200 && lines <= 257);
    /* Rows of another kind that come too late keep their own numbers. */
    metrics_set(M_worker_queue, STR_ABSENT, 12);
    metrics_add(M_mail, S("sent"), 2);
    metrics_observe(M_latency, S("late"), 0.02);
    metrics_add(M_requests, S("token|200"), 1);
    assert_line("hitkey_worker_queue_depth 12");
    assert_line("hitkey_mails_total{result=\"other\"} 2");
    assert_line("hitkey_http_request_duration_seconds_count{route=\"other\"} 1");
    assert_line("hitkey_http_requests_total{route=\"token\",status=\"200\"} 4");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_add_up),
        cmocka_unit_test(gauges_are_set),
        cmocka_unit_test(histograms_are_cumulative),
        cmocka_unit_test(labels_are_escaped),
        cmocka_unit_test(threads_lose_no_count),
        cmocka_unit_test(labels_past_the_bound_count_as_other_of_their_own_row),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
