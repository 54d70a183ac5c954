#include "common/ops/log.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/base/json_read.h"
#include "common/base/testing.h"

static int ends[2];
static char text[16384];

static int open_pipe(void **state) {
    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    log_setup(LOG_INFO, LOG_JSON, ends[1]);
    return 0;
}

static int close_pipe(void **state) {
    (void)state;
    log_setup(LOG_INFO, LOG_JSON, STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

/* What was logged since; "" if nothing. */
static str logged(void) {
    ssize_t n = read(ends[0], text, sizeof text);
    return str_of(text, n > 0 ? (size_t)n : 0);
}

/* One line of JSON. */
static json_t *logged_json(void) {
    str line = logged();
    json_t *json = NULL;
    assert_true(line.n > 1 && line.n <= 4096 + 1);
    assert_int_equal(str_find(line, '\n'), line.n - 1);
    assert_ok(json_read_object(str_head(line, line.n - 1), &json));
    return json;
}

static void an_event_is_one_line_of_json(void **state) {
    (void)state;
    LOG(LOG_WARN, "refused", LOG_STR("reason", S("too \"many\"\nlines\r\x1b[31m\\")),
        LOG_INT("n", -5), LOG_STR("absent", STR_ABSENT), LOG_STR("empty", S("")));
    AUTO(json_ref) json = logged_json();
    assert_str(json_read_str(json, "level"), "warn");
    assert_str(json_read_str(json, "event"), "refused");
    assert_str(json_read_str(json, "reason"), "too \"many\"\nlines\r\x1b[31m\\");
    assert_int_equal(json_read_str(json, "time").n, 24);
    assert_true(json_read_has(json, "empty"));
    assert_false(json_read_has(json, "absent"));
    int64_t n = 0;
    assert_true(json_read_int(json, "n", &n) && n == -5);
}

static void bytes_that_are_not_utf8_leave_the_line_readable(void **state) {
    (void)state;
    LOG(LOG_INFO, "x", LOG_STR("agent", S("a\xff\xc0\x80z")), LOG_STR("good", S("\xc3\xa9")));
    AUTO(json_ref) json = logged_json();
    assert_str(json_read_str(json, "agent"), "a???z");
    assert_str(json_read_str(json, "good"), "\xc3\xa9");
}

static void text_is_one_line_without_controls(void **state) {
    (void)state;
    log_setup(LOG_INFO, LOG_TEXT, ends[1]);
    LOG(LOG_ERROR, "refused", LOG_STR("reason", S("a\nb\r\x1b[2J\x7f\xff")), LOG_INT("n", 7),
        LOG_STR("absent", STR_ABSENT));
    str line = logged();
    assert_str(str_from_pos(line, 24), " error refused reason=a?b??[2J?? n=7\n");
}

static void a_line_is_cut_at_a_field(void **state) {
    (void)state;
    static char longer[5000], quotes[900];
    memset(longer, 'x', sizeof longer);
    memset(quotes, '\x01', sizeof quotes);
    for (int format = LOG_JSON; format <= LOG_TEXT; format++) {
        log_setup(LOG_INFO, (enum log_format)format, ends[1]);
        LOG(LOG_INFO, "big", LOG_STR("first", S("1")),
            LOG_STR("longer", str_of(longer, sizeof longer)),
            LOG_STR("quotes", str_of(quotes, sizeof quotes)), LOG_STR("last", S("2")));
        str line = logged();
        assert_true(line.n <= 4096 + 1 && line.p[line.n - 1] == '\n');
        assert_true(str_find_str(line, S("first")) < line.n);
        assert_true(str_find_str(line, S("last")) < line.n);
        assert_int_equal(str_find_str(line, S("longer")), line.n);
        assert_int_equal(str_find_str(line, S("quotes")), line.n);
    }
}

static void levels_below_the_set_one_are_silent(void **state) {
    (void)state;
    LOG(LOG_DEBUG, "x", LOG_INT("n", 1));
    assert_int_equal(logged().n, 0);
    assert_false(log_on(LOG_DEBUG));
    assert_true(log_on(LOG_INFO));
    log_setup(LOG_OFF, LOG_JSON, ends[1]);
    LOG(LOG_ERROR, "x", LOG_INT("n", 1));
    assert_int_equal(logged().n, 0);
    log_setup(LOG_DEBUG, LOG_JSON, ends[1]);
    LOG(LOG_DEBUG, "x", LOG_INT("n", 1));
    assert_true(logged().n > 0);
}

static void an_error_tells_its_code_reason_and_place(void **state) {
    (void)state;
    log_err(LOG_ERROR, "tick failed", FAIL(io, "the disk is full"));
    AUTO(json_ref) json = logged_json();
    assert_str(json_read_str(json, "code"), "io");
    assert_str(json_read_str(json, "why"), "the disk is full");
    assert_true(str_find_str(json_read_str(json, "at"), S("log_test.c:")) <
                json_read_str(json, "at").n);
}

static void a_closed_log_stops_nobody(void **state) {
    (void)state;
    log_setup(LOG_INFO, LOG_JSON, -1);
    LOG(LOG_ERROR, "x", LOG_INT("n", 1));
}

#define PIPE_TEST(f) cmocka_unit_test_setup_teardown(f, open_pipe, close_pipe)

int main(void) {
    const struct CMUnitTest tests[] = {
        PIPE_TEST(an_event_is_one_line_of_json),
        PIPE_TEST(bytes_that_are_not_utf8_leave_the_line_readable),
        PIPE_TEST(text_is_one_line_without_controls),
        PIPE_TEST(a_line_is_cut_at_a_field),
        PIPE_TEST(levels_below_the_set_one_are_silent),
        PIPE_TEST(an_error_tells_its_code_reason_and_place),
        PIPE_TEST(a_closed_log_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
