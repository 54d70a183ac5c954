/* ctest: threads */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/json_read.h"
#include "common/ops/log.h"

enum { TEXT_MAX = 1 << 16, THREADS = 8, LINES = 100, LINE_MAX_BYTES = 4096 };

struct log_pipe {
    int fds[2];
    char text[TEXT_MAX];
};

static int open_pipe(void **state) {
    struct log_pipe *p = test_calloc(1, sizeof *p);
    assert_int_equal(pipe(p->fds), 0);
    log_setup(LOG_DEBUG, LOG_JSON, p->fds[1]);
    *state = p;
    return 0;
}

static int close_pipe(void **state) {
    struct log_pipe *p = *state;
    log_setup(LOG_INFO, LOG_JSON, STDERR_FILENO);
    close(p->fds[0]);
    close(p->fds[1]);
    test_free(p);
    return 0;
}

/* What one read gives: a line was one write. */
static str written(struct log_pipe *p) {
    ssize_t n = read(p->fds[0], p->text, sizeof p->text);
    assert_true(n > 0);
    return str_of(p->text, (size_t)n);
}

static void assert_has(str text, const char *part) {
    if (str_find_str(text, str_from(part)) == text.n)
        fail_msg("%s is not in %.*s", part, STR_FMT(text));
}

static void a_line_is_one_json_object(void **state) {
    LOG(LOG_WARN, "event", LOG_STR("text", S("a")), LOG_INT("n", -7), LOG_STR("gone", STR_ABSENT));
    str line = written(*state);
    assert_true(str_ends(line, S("}\n")));
    AUTO(json_ref) doc = NULL;
    int64_t n;
    assert_ok(json_read_object(str_head(line, line.n - 1), &doc));
    assert_str(json_read_str(doc, "level"), "warn");
    assert_str(json_read_str(doc, "event"), "event");
    assert_str(json_read_str(doc, "text"), "a");
    assert_int_equal(json_read_str(doc, "time").n, strlen("2024-01-01T00:00:00.000Z"));
    assert_true(json_read_int(doc, "n", &n));
    assert_int_equal(n, -7);
    assert_null(json_object_get(doc, "gone"));
}

static void nothing_that_is_logged_ends_the_line_or_the_text(void **state) {
    static const struct {
        str value;
        const char *json, *text;
    } rows[] = {
        {S_INIT("two\nlines\r"), "\"v\":\"two\\u000alines\\u000d\"", " v=two?lines?\n"},
        {S_INIT("say \"hi\""), "\"v\":\"say \\\"hi\\\"\"", " v=\"say ?hi?\"\n"},
        {S_INIT("x level=error"), "\"v\":\"x level=error\"", " v=\"x level=error\"\n"},
        {S_INIT("\x1b[31m"), "\"v\":\"\\u001b[31m\"", " v=?[31m\n"},
        {S_INIT("\xff\xfe"), "\"v\":\"??\"", " v=\xff\xfe\n"},
        {S_INIT("\xc3\xa9"), "\"v\":\"\xc3\xa9\"", " v=\xc3\xa9\n"},
        {S_INIT(""), "\"v\":\"\"", " v=\"\"\n"},
        {S_INIT("a\0b"), "\"v\":\"a\\u0000b\"", " v=a?b\n"},
    };
    struct log_pipe *p = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        log_setup(LOG_DEBUG, LOG_JSON, p->fds[1]);
        LOG(LOG_INFO, "e", LOG_STR("v", rows[i].value));
        assert_has(written(p), rows[i].json);
        log_setup(LOG_DEBUG, LOG_TEXT, p->fds[1]);
        LOG(LOG_INFO, "e", LOG_STR("v", rows[i].value));
        str line = written(p);
        assert_has(line, rows[i].text);
        assert_int_equal(str_find(line, '\n'), line.n - 1);
    }
}

static void what_outgrows_the_line_is_left_out(void **state) {
    static char large[LINE_MAX_BYTES];
    memset(large, 'x', sizeof large);
    LOG(LOG_INFO, "e", LOG_STR("large", str_of(large, sizeof large)), LOG_STR("small", S("ok")));
    str line = written(*state);
    assert_true(line.n <= LINE_MAX_BYTES);
    assert_has(line, "\"small\":\"ok\"}\n");
    assert_true(str_find_str(line, S("large")) == line.n);
}

static void lines_below_the_level_are_not_written(void **state) {
    struct log_pipe *p = *state;
    static const enum log_level levels[] = {LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR};
    for (size_t i = 0; i < COUNT(levels); i++) {
        log_setup(levels[i], LOG_JSON, p->fds[1]);
        for (size_t k = 0; k < COUNT(levels); k++)
            assert_int_equal(log_on(levels[k]), k >= i);
        LOG(levels[i], "said", LOG_INT("n", 1));
        assert_has(written(p), "\"said\"");
    }
    log_setup(LOG_OFF, LOG_JSON, p->fds[1]);
    LOG(LOG_ERROR, "silent", LOG_INT("n", 1));
    log_setup(LOG_WARN, LOG_JSON, p->fds[1]);
    LOG(LOG_INFO, "silent", LOG_INT("n", 1));
    LOG(LOG_WARN, "said", LOG_INT("n", 1));
    str line = written(p);
    assert_true(str_find_str(line, S("silent")) == line.n);
}

static void an_error_tells_its_code_its_reason_and_its_place(void **state) {
    log_err(LOG_ERROR, "lost", FAIL(io, "the disk is full"));
    str line = written(*state);
    assert_has(line, "\"event\":\"lost\",\"code\":\"io\",\"why\":\"the disk is full\"");
    assert_has(line, "log_test.c:");
}

static void a_closed_descriptor_harms_nobody(void **state) {
    (void)state;
    log_setup(LOG_INFO, LOG_JSON, -1);
    LOG(LOG_ERROR, "nowhere", LOG_INT("n", 1));
}

static void *log_many(void *arg) {
    for (int i = 0; i < LINES; i++)
        LOG(LOG_ERROR, "busy", LOG_INT("line", i), LOG_STR("text", S("some text\n")));
    return arg;
}

static void *change_level(void *arg) {
    struct log_pipe *p = arg;
    for (int i = 0; i < LINES; i++)
        log_setup(i % 2 ? LOG_WARN : LOG_DEBUG, LOG_JSON, p->fds[1]);
    return NULL;
}

/* Each line whole, while the level changes under them. */
static void threads_do_not_mix_their_lines(void **state) {
    struct log_pipe *p = *state;
    pthread_t threads[THREADS + 1];
    size_t lines = 0, n = 0;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_many, NULL), 0);
    assert_int_equal(pthread_create(&threads[THREADS], NULL, change_level, p), 0);
    while (lines < (size_t)THREADS * LINES) {
        ssize_t got = read(p->fds[0], p->text + n, sizeof p->text - n);
        assert_true(got > 0);
        n += (size_t)got;
        str rest = str_of(p->text, n), line;
        for (size_t end = str_find(rest, '\n'); end < rest.n; end = str_find(rest, '\n')) {
            line = str_head(rest, end);
            assert_true(str_starts(line, S("{\"time\":")) && str_ends(line, S("}")));
            rest = str_from_pos(rest, end + 1);
            lines++;
        }
        memmove(p->text, rest.p, rest.n);
        n = rest.n;
    }
    for (size_t i = 0; i <= THREADS; i++)
        pthread_join(threads[i], NULL);
}

#define PIPED(test) cmocka_unit_test_setup_teardown(test, open_pipe, close_pipe)

int main(void) {
    const struct CMUnitTest tests[] = {
        PIPED(a_line_is_one_json_object),
        PIPED(nothing_that_is_logged_ends_the_line_or_the_text),
        PIPED(what_outgrows_the_line_is_left_out),
        PIPED(lines_below_the_level_are_not_written),
        PIPED(an_error_tells_its_code_its_reason_and_its_place),
        PIPED(a_closed_descriptor_harms_nobody),
        PIPED(threads_do_not_mix_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
