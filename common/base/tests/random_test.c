/* Randomness and time. */
#include "common/base/random.h"

#include "common/base/clock.h"
#include "common/base/tests/arena_helper.h"

static void digits_are_uniform(void **state) {
    (void)state;
    enum { CODES = 20000, DIGITS = 6 };
    int counts[DIGITS][10] = {{0}};
    for (int i = 0; i < CODES; i++) {
        struct arena *scratch = arena_new(4096);
        str code;
        assert_ok(random_digits(scratch, DIGITS, &code));
        assert_int_equal(code.n, DIGITS);
        for (int k = 0; k < DIGITS; k++) {
            assert_true(code.p[k] >= '0' && code.p[k] <= '9');
            counts[k][code.p[k] - '0']++;
        }
        arena_free(scratch);
    }
    /* Chi square with 9 degrees of freedom: past 50 once in ten million. */
    for (int k = 0; k < DIGITS; k++) {
        double chi = 0, expected = CODES / 10.0;
        for (int d = 0; d < 10; d++)
            chi += (counts[k][d] - expected) * (counts[k][d] - expected) / expected;
        assert_true(chi < 50);
    }
}

static void a_uuid_is_of_version_4(void **state) {
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct arena *scratch = arena_new(4096);
        str uuid;
        assert_ok(random_uuid(scratch, &uuid));
        assert_int_equal(uuid.n, 36);
        for (size_t k = 0; k < uuid.n; k++) {
            bool dash = k == 8 || k == 13 || k == 18 || k == 23;
            assert_non_null(strchr(dash ? "-" : "0123456789abcdef", uuid.p[k]));
        }
        assert_int_equal(uuid.p[14], '4');
        assert_non_null(strchr("89ab", uuid.p[19]));
        arena_free(scratch);
    }
}

static void tokens_have_their_prefix_and_never_repeat(void **state) {
    (void)state;
    str tokens[200], hex;
    for (size_t i = 0; i < COUNT(tokens); i++) {
        assert_ok(random_token(arena, S("hk_rt_"), 32, &tokens[i]));
        assert_int_equal(tokens[i].n, 6 + 43);
        assert_true(str_starts(tokens[i], S("hk_rt_")));
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(tokens[i], tokens[k]));
    }
    assert_ok(random_hex(arena, STR_ABSENT, 16, &hex));
    assert_int_equal(hex.n, 32);
}

static void a_seed_repeats_the_sequence(void **state) {
    (void)state;
    str a, b, c;
    random_seed_for_tests(7);
    assert_ok(random_token(arena, S(""), 16, &a));
    random_seed_for_tests(7);
    assert_ok(random_token(arena, S(""), 16, &b));
    random_seed_for_tests(0);
    assert_ok(random_token(arena, S(""), 16, &c));
    assert_true(str_eq(a, b));
    assert_false(str_eq(a, c));
}

static void times_are_written_in_utc(void **state) {
    (void)state;
    static const struct {
        int64_t ms;
        const char *iso, *http;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784111777123, "1994-11-06T08:49:37.123Z", "Sun, 06 Nov 1994 08:49:37 GMT"},
        {1709164800000, "2024-02-29T00:00:00.000Z", "Thu, 29 Feb 2024 00:00:00 GMT"},
        {2147483648000, "2038-01-19T03:14:08.000Z", "Tue, 19 Jan 2038 03:14:08 GMT"},
        {4102444799999, "2099-12-31T23:59:59.999Z", "Thu, 31 Dec 2099 23:59:59 GMT"},
    };
    str out;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(clock_iso8601(arena, rows[i].ms, &out));
        assert_str(out, rows[i].iso);
        assert_ok(clock_http_date(arena, rows[i].ms, &out));
        assert_str(out, rows[i].http);
    }
    assert_err(clock_iso8601(arena, -1, &out), internal);
}

static void the_clocks_run(void **state) {
    (void)state;
    int64_t before = clock_monotonic_us();
    assert_true(clock_now_ms() > 1700000000000);
    assert_true(clock_monotonic_us() >= before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_uniform),
        cmocka_unit_test(a_uuid_is_of_version_4),
        cmocka_unit_test(tokens_have_their_prefix_and_never_repeat),
        cmocka_unit_test(a_seed_repeats_the_sequence),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(the_clocks_run),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
