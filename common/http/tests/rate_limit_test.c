/* ctest: threads */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "common/http/rate_limit.h"

enum { ENTRIES = 1024 };
static const int64_t start_ms = 1700000000000;
static const char route_a, route_b;

static struct rate_limiter *limiter_new(size_t entries) {
    struct rate_limiter *limiter;
    assert_ok(rate_limiter_new(entries, &limiter));
    return limiter;
}

static bool allowed(struct rate_limiter *limiter, const void *route, const char *key,
                    int64_t after_ms) {
    int64_t retry = 0;
    return !failed(rate_limit(limiter, route, str_from(key), 6, start_ms + after_ms, &retry));
}

static int use_up(struct rate_limiter *limiter, const char *key, int64_t after_ms) {
    int n = 0;
    while (n < 100 && allowed(limiter, &route_a, key, after_ms))
        n++;
    return n;
}

static void bucket_empties_and_fills_again(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(ENTRIES);
    int64_t retry = 0;
    assert_int_equal(use_up(limiter, "192.0.2.1", 0), 6);
    assert_err(rate_limit(limiter, &route_a, S("192.0.2.1"), 6, start_ms, &retry),
               too_many_requests);
    assert_int_equal(retry, 10);
    assert_false(allowed(limiter, &route_a, "192.0.2.1", 9999));
    assert_true(allowed(limiter, &route_a, "192.0.2.1", 10000));
    assert_false(allowed(limiter, &route_a, "192.0.2.1", 10000));
    assert_int_equal(use_up(limiter, "192.0.2.1", 100000), 6);
    rate_limiter_free(limiter);
}

static void clock_that_steps_back_gives_nothing(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(ENTRIES);
    assert_int_equal(use_up(limiter, "192.0.2.1", 0), 6);
    assert_false(allowed(limiter, &route_a, "192.0.2.1", -100000));
    assert_false(allowed(limiter, &route_a, "192.0.2.1", 0));
    rate_limiter_free(limiter);
}

static void addresses_and_routes_count_apart(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(ENTRIES);
    assert_int_equal(use_up(limiter, "192.0.2.1", 0), 6);
    assert_true(allowed(limiter, &route_a, "192.0.2.2", 0));
    assert_true(allowed(limiter, &route_b, "192.0.2.1", 0));
    rate_limiter_free(limiter);
}

static void ipv6_counts_by_its_first_64_bits(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(ENTRIES);
    assert_int_equal(use_up(limiter, "2001:db8:0:1::1", 0), 6);
    assert_false(allowed(limiter, &route_a, "2001:db8:0:1:ffff::9", 0));
    assert_true(allowed(limiter, &route_a, "2001:db8:0:2::1", 0));
    assert_int_equal(use_up(limiter, "::ffff:192.0.2.1", 0), 6);
    assert_false(allowed(limiter, &route_a, "192.0.2.1", 0));
    rate_limiter_free(limiter);
}

static void other_keys_count_too(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(ENTRIES);
    assert_int_equal(use_up(limiter, "ada@example.com", 0), 6);
    assert_true(allowed(limiter, &route_a, "bob@example.com", 0));
    rate_limiter_free(limiter);
}

static void full_table_forgets_the_least_recently_used(void **state) {
    (void)state;
    struct rate_limiter *limiter = limiter_new(8);
    char key[32];
    assert_int_equal(use_up(limiter, "oldest", 0), 6);
    for (int i = 0; i < 7; i++) {
        snprintf(key, sizeof key, "key %d", i);
        assert_true(allowed(limiter, &route_a, key, 1 + i));
    }
    assert_false(allowed(limiter, &route_a, "oldest", 8));
    assert_true(allowed(limiter, &route_a, "one more", 9));
    assert_false(allowed(limiter, &route_a, "oldest", 10));
    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof key, "later %d", i);
        assert_true(allowed(limiter, &route_a, key, 20 + i));
    }
    assert_true(allowed(limiter, &route_a, "oldest", 30));
    rate_limiter_free(limiter);
}

struct shared {
    struct rate_limiter *limiter;
    atomic_int allowed;
};

static void *hammer(void *arg) {
    struct shared *shared = arg;
    for (int i = 0; i < 100; i++)
        atomic_fetch_add(&shared->allowed, allowed(shared->limiter, &route_a, "192.0.2.1", 0));
    return NULL;
}

static void threads_share_one_bucket(void **state) {
    (void)state;
    struct shared shared = {limiter_new(ENTRIES), 0};
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, &shared), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(shared.allowed, 6);
    rate_limiter_free(shared.limiter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_empties_and_fills_again),
        cmocka_unit_test(clock_that_steps_back_gives_nothing),
        cmocka_unit_test(addresses_and_routes_count_apart),
        cmocka_unit_test(ipv6_counts_by_its_first_64_bits),
        cmocka_unit_test(other_keys_count_too),
        cmocka_unit_test(full_table_forgets_the_least_recently_used),
        cmocka_unit_test(threads_share_one_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
