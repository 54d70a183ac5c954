/* ctest: threads */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ops/metrics.h"

enum { THREADS = 8, ROUNDS = 2000, TEXT_MAX = 4 << 20, MORE_THAN_FIT = 1000 };

/* The exposition; the caller frees the arena. */
static str exposition(struct arena *arena) {
    struct buf out = buf_in(arena, TEXT_MAX);
    str text;
    metrics_write(&out);
    assert_ok(buf_str(&out, &text));
    return text;
}

static bool shown(const char *line) {
    struct arena *arena = arena_new(2 * TEXT_MAX);
    char whole[512];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    str text = exposition(arena);
    bool found = str_find_str(text, str_from(whole)) < text.n;
    arena_free(arena);
    return found;
}

static void assert_shown(const char *line) {
    if (!shown(line))
        fail_msg("not there: %s", line);
}

static void every_metric_has_its_help_and_type(void **state) {
    (void)state;
    static const char *const lines[] = {
        "# HELP hitkey_http_requests_total HTTP requests answered.",
        "# TYPE hitkey_http_requests_total counter",
        "# TYPE hitkey_http_request_duration_seconds histogram",
        "# TYPE hitkey_worker_queue_depth gauge",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct arena *arena = arena_new(2 * TEXT_MAX);
        str text = exposition(arena);
        assert_true(str_find_str(text, str_from(lines[i])) < text.n);
        arena_free(arena);
    }
}

static void counters_add_up_by_label(void **state) {
    (void)state;
    metrics_add(M_tokens, S("authorization_code"), 1);
    metrics_add(M_tokens, S("authorization_code"), 2);
    metrics_add(M_tokens, S("refresh_token"), 5);
    assert_shown("hitkey_tokens_issued_total{grant=\"authorization_code\"} 3");
    assert_shown("hitkey_tokens_issued_total{grant=\"refresh_token\"} 5");
}

static void two_labels_are_taken_apart(void **state) {
    (void)state;
    metrics_add(M_requests, S("/oauth/token|200"), 1);
    metrics_add(M_requests, S("/health"), 1);
    assert_shown("hitkey_http_requests_total{route=\"/oauth/token\",status=\"200\"} 1");
    assert_shown("hitkey_http_requests_total{route=\"/health\",status=\"\"} 1");
}

static void the_same_label_of_two_metrics_is_two_series(void **state) {
    (void)state;
    metrics_add(M_mail, S("twin"), 1);
    metrics_add(M_audit, S("twin"), 7);
    assert_shown("hitkey_mails_total{result=\"twin\"} 1");
    assert_shown("hitkey_audit_events_total{event=\"twin\"} 7");
}

static void a_gauge_shows_the_last_value(void **state) {
    (void)state;
    metrics_set(M_worker_queue, STR_ABSENT, 9);
    metrics_set(M_worker_queue, STR_ABSENT, 2.5);
    metrics_set(M_key_age, S("ES256"), 86400);
    assert_shown("hitkey_worker_queue_depth 2.5");
    assert_shown("hitkey_key_age_seconds{key=\"ES256\"} 86400");
}

static void a_label_cannot_break_out_of_its_quotes(void **state) {
    (void)state;
    metrics_add(M_refused, S("a\"b\\c\nd"), 1);
    assert_shown("hitkey_http_refused_total{reason=\"a\\\"b\\\\c\\nd\"} 1");
}

static void an_observation_counts_in_its_bucket_and_all_above(void **state) {
    (void)state;
    metrics_observe(M_latency, S("/x"), 0.001); /* a bound belongs to its bucket */
    metrics_observe(M_latency, S("/x"), 0.3);
    metrics_observe(M_latency, S("/x"), 60);
    static const char *const lines[] = {
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"0.0005\"} 0",
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"0.001\"} 1",
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"0.25\"} 1",
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"0.5\"} 2",
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"5\"} 2",
        "hitkey_http_request_duration_seconds_bucket{route=\"/x\",le=\"+Inf\"} 3",
        "hitkey_http_request_duration_seconds_sum{route=\"/x\"} 60.301000",
        "hitkey_http_request_duration_seconds_count{route=\"/x\"} 3",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_shown(lines[i]);
}

static void sizes_have_buckets_of_their_own(void **state) {
    (void)state;
    metrics_observe(M_commit_batch, S("authz"), 64);
    assert_shown("hitkey_db_commit_batch_size_bucket{database=\"authz\",le=\"32\"} 0");
    assert_shown("hitkey_db_commit_batch_size_bucket{database=\"authz\",le=\"64\"} 1");
}

/* --- threads -------------------------------------------------------------------------------- */

static void *count_on(void *arg) {
    char labels[16][16];
    for (size_t i = 0; i < COUNT(labels); i++)
        snprintf(labels[i], sizeof labels[i], "t%zu", i);
    for (size_t i = 0; i < ROUNDS; i++) {
        metrics_add(M_sign_ins, str_from(labels[i % COUNT(labels)]), 1);
        metrics_observe(M_commit_time, S("core"), 0.002);
        metrics_set(M_connections, STR_ABSENT, (double)i);
    }
    return arg;
}

/* Reads while the others count. */
static void *write_on(void *arg) {
    for (int i = 0; i < 20; i++) {
        struct arena *arena = arena_new(2 * TEXT_MAX);
        exposition(arena);
        arena_free(arena);
    }
    return arg;
}

static void nothing_is_lost_between_threads(void **state) {
    (void)state;
    pthread_t threads[THREADS + 1];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_on, NULL), 0);
    assert_int_equal(pthread_create(&threads[THREADS], NULL, write_on, NULL), 0);
    for (size_t i = 0; i <= THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_shown("hitkey_sign_ins_total{result=\"t0\"} 1000");
    assert_shown("hitkey_sign_ins_total{result=\"t15\"} 1000");
    assert_shown("hitkey_db_commit_duration_seconds_count{database=\"core\"} 16000");
}

/* The last test: it fills the table for good. */
static void past_the_bound_each_metric_counts_as_other(void **state) {
    (void)state;
    for (int i = 0; i < MORE_THAN_FIT; i++) {
        char label[32];
        snprintf(label, sizeof label, "flood %d", i);
        metrics_add(M_refused, str_from(label), 1);
    }
    metrics_add(M_mail, S("late"), 3);
    metrics_observe(M_latency, S("/late"), 0.002);
    assert_true(shown("hitkey_http_refused_total{reason=\"flood 0\"} 1"));
    assert_false(shown("hitkey_http_refused_total{reason=\"flood 999\"} 1"));
    assert_shown("hitkey_mails_total{result=\"other\"} 3");
    assert_shown("hitkey_http_request_duration_seconds_count{route=\"other\"} 1");
    assert_false(shown("hitkey_audit_events_total{event=\"other\"} 0"));
    metrics_add(M_mail, S("twin"), 1); /* series from before the flood go on */
    assert_shown("hitkey_mails_total{result=\"twin\"} 2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_has_its_help_and_type),
        cmocka_unit_test(counters_add_up_by_label),
        cmocka_unit_test(two_labels_are_taken_apart),
        cmocka_unit_test(the_same_label_of_two_metrics_is_two_series),
        cmocka_unit_test(a_gauge_shows_the_last_value),
        cmocka_unit_test(a_label_cannot_break_out_of_its_quotes),
        cmocka_unit_test(an_observation_counts_in_its_bucket_and_all_above),
        cmocka_unit_test(sizes_have_buckets_of_their_own),
        cmocka_unit_test(nothing_is_lost_between_threads),
        cmocka_unit_test(past_the_bound_each_metric_counts_as_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
