/* ctest: threads */
/* A relay before a server of one answer. What it does with bodies that come and go piece by piece
 * is shown by conformance/end_to_end/proxy_faults.test.mjs. */
#include "common/net/relay.h"

#include "common/base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/ops/log.h"
#include "http_stub_helper.h"

enum { DEADLINE_MS = 400, TOTAL_MS = 1600, MAX = 64 };
static char large[64 * 1024];

static struct http_stub stub;
static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    stub.drip_ms = 0;
    return arena ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct relay *relay_to(const char *url) {
    struct relay *relay;
    assert_ok(relay_new(&(struct relay_options){.url = str_from(url),
                                                .connect_ms = DEADLINE_MS,
                                                .first_byte_ms = DEADLINE_MS,
                                                .idle_ms = DEADLINE_MS,
                                                .total_ms = TOTAL_MS},
                        &relay));
    return relay;
}

static struct relay *relay_to_port(int port) {
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/base/", port);
    return relay_to(url);
}

static const struct relay_question question = {
    .head = S_INIT("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"),
    .body = S_INIT("body"),
    .max = MAX};

#define HEAD "HTTP/1.1 200 OK\r\nX-A: b\r\n"

static const struct {
    const char *answer;
    enum err_code expected;
    const char *body;
} rows[] = {
    {HEAD "Content-Length: 3\r\n\r\nabc", E_ok, "abc"},
    {HEAD "\r\nuntil the end", E_ok, "until the end"},
    {HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", E_ok, "abc"},
    {HEAD
     "Content-Length: 64\r\n\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
     E_ok, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
    {HEAD "\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef!", E_bad_gateway,
     ""},
    {HEAD "Content-Length: 4\r\n\r\nabc", E_io, ""},
    {"", E_io, ""},
    {"HTTP/1.1 20", E_io, ""},
    {"220 mail.example.com\r\n\r\n", E_bad_gateway, ""},
};

static void check_row(size_t i, err e, const struct relay_answer *answer) {
    assert_string_equal(err_name(e.code), err_name(rows[i].expected));
    if (failed(e))
        return;
    str sent = str_of(stub.request, stub.request_size);
    assert_str(answer->body, rows[i].body);
    assert_str(relay_answer_header(answer, S("x-a")), "b");
    assert_true(str_starts(sent, question.head) && str_ends(sent, question.body));
}

static void an_answer_is_whole_or_an_error(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct relay_answer answer;
        stub.answer = str_from(rows[i].answer);
        http_stub_start(&stub, NULL);
        struct relay *relay = relay_to_port(stub.port);
        check_row(i, relay_ask(relay, arena, &question, &answer), &answer);
        relay_free(relay);
        http_stub_stop(&stub);
    }
}

static void nobody_there_and_nobody_who_speaks(void **state) {
    (void)state;
    struct relay_answer answer;
    struct relay *relay = relay_to_port(http_stub_free_port());
    assert_err(relay_ask(relay, arena, &question, &answer), io);
    relay_free(relay);
    stub.answer = S("x");
    stub.drip_ms = -1;
    http_stub_start(&stub, NULL);
    relay = relay_to_port(stub.port);
    assert_err(relay_ask(relay, arena, &question, &answer), gateway_timeout);
    struct relay_question sooner = question;
    sooner.total_ms = 1;
    assert_err(relay_ask(relay, arena, &sooner, &answer), gateway_timeout);
    relay_free(relay);
    http_stub_stop(&stub);
}

static void what_does_not_fit_is_not_begun(void **state) {
    (void)state;
    struct relay_answer answer;
    struct relay_question too_large = question;
    struct relay *relay = relay_to_port(1);
    too_large.head = str_of(large, RELAY_HEAD_MAX + 1);
    assert_err(relay_ask(relay, arena, &too_large, &answer), head_too_large);
    too_large.head = question.head;
    too_large.body = str_of(large, sizeof large);
    assert_err(relay_ask(relay, arena, &too_large, &answer), payload_too_large);
    relay_free(relay);
}

static void a_unix_socket_is_as_good(void **state) {
    (void)state;
    char dir[] = "/tmp/hitkey-relay-XXXXXX", path[64], url[80];
    struct relay_answer answer;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/socket", dir);
    snprintf(url, sizeof url, "unix:%s", path);
    stub.answer = S(HEAD "Content-Length: 5\r\n\r\nlocal");
    http_stub_start(&stub, path);
    struct relay *relay = relay_to(url);
    assert_str(relay_authority(relay), "localhost");
    assert_str(relay_base(relay), "");
    assert_ok(relay_ask(relay, arena, &question, &answer));
    assert_str(answer.body, "local");
    relay_free(relay);
    http_stub_stop(&stub);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void an_address_is_taken_apart(void **state) {
    (void)state;
    static const struct {
        const char *url, *authority, *base;
    } good[] = {{"http://127.0.0.1:81", "127.0.0.1:81", ""},
                {"http://127.0.0.1", "127.0.0.1:80", ""},
                {"http://[::1]:81/a/b//", "[::1]:81", "/a/b"},
                {"https://localhost", "localhost:443", ""}};
    static const char *const bad[] = {"",        "127.0.0.1:81", "ftp://a",
                                      "http://", "http://a?b",   "unix:relative"};
    struct relay *relay;
    for (size_t i = 0; i < COUNT(good); i++) {
        relay = relay_to(good[i].url);
        assert_str(relay_authority(relay), good[i].authority);
        assert_str(relay_base(relay), good[i].base);
        relay_free(relay);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(relay_new(&(struct relay_options){.url = str_from(bad[i])}, &relay), config);
    assert_err(relay_new(&(struct relay_options){.url = S("https://localhost"),
                                                 .ca_file = S("/nonexistent")},
                         &relay),
               config);
}

/* --- a user who leaves ------------------------------------------------------------------------ */
static void wake(void *arg) {
    (void)arg;
}

struct outcome {
    _Atomic int times, code, status;
};

static void done(void *arg, int tag, err e, int status) {
    struct outcome *outcome = arg;
    assert_int_equal(tag, 7);
    outcome->code = (int)e.code;
    outcome->status = status;
    outcome->times++;
}

static void a_call_that_is_given_up_is_told_of_once(void **state) {
    (void)state;
    stub.answer = S("x");
    stub.drip_ms = -1;
    http_stub_start(&stub, NULL);
    struct relay *relay = relay_to_port(stub.port);
    struct outcome outcome = {0};
    const struct relay_request request = {.head = S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                                          .wake = wake,
                                          .done = done,
                                          .arg = &outcome,
                                          .tag = 7};
    for (int i = 1; i <= 20; i++) {
        struct transfer *transfer;
        assert_ok(relay_start(relay, &request, &transfer));
        if (i % 2)
            usleep(2000);
        transfer->calls->end(transfer);
        while (outcome.times < i)
            usleep(100);
        assert_int_equal(outcome.code, E_ok);
        assert_int_equal(outcome.status, 0);
    }
    relay_free(relay);
    assert_int_equal(outcome.times, 20);
    http_stub_stop(&stub);
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_is_whole_or_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_there_and_nobody_who_speaks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_not_begun, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_unix_socket_is_as_good, set_up, tear_down),
        cmocka_unit_test(an_address_is_taken_apart),
        cmocka_unit_test_setup_teardown(a_call_that_is_given_up_is_told_of_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
