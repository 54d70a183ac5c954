/* ctest: threads */
/* The server over real sockets: what strangers try. */
#include "common/base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/head_check.h"
#include "common/http/server.h"
#include "common/ops/log.h"
#include "server_app_helper.h"
#include "socket_helper.h"

static struct server *server;
static struct answer answer;

static int start(void **state) {
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, 2);
    struct server_options options = server_app_options();
    return failed(server_start(&server_app, &options, &server));
}

static int stop(void **state) {
    (void)state;
    server_stop(server, 5);
    return 0;
}

struct row {
    const char *bytes;
    size_t n;
    int status; /* 0: closed without an answer */
};
#define BYTES(text) (text), sizeof(text) - 1
#define GET_HEAD    "GET /inline HTTP/1.1\r\n"
#define HOST        "Host: a\r\n"
#define POST_HEAD   "POST /echo HTTP/1.1\r\nHost: a\r\n"

/* Each request is followed by a second one, which must not be answered: the connection ends. */
static void ambiguous_requests_end_the_connection(void **state) {
    (void)state;
    static const struct row rows[] = {
        /* framing */
        {BYTES(POST_HEAD "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: 4, 4\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: +4\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: 0x4\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: -1\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: \r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: 4 4\r\n\r\nabcd"), 400},
        {BYTES(POST_HEAD "Content-Length: 18446744073709551616\r\n\r\nabcd"), 413},
        {BYTES(POST_HEAD "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "0\r\n\r\n"),
         400},
        {BYTES(POST_HEAD "Transfer-Encoding: identity\r\n\r\n"), 501},
        {BYTES(POST_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501},
        {BYTES(POST_HEAD "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501},
        {BYTES(POST_HEAD "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding:\x0b"
                         "chunked\r\n\r\n0\r\n\r\n"),
         400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX0\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"), 413},
        {BYTES("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
        /* header lines */
        {BYTES(GET_HEAD HOST "Host: b\r\n\r\n"), 400},
        {BYTES(GET_HEAD "\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\r\n b\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\r\n\tb\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X:\r\n a\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Content-: 000004\r\n Length\r\n\r\nabcd"), 400},
        {BYTES(GET_HEAD " X: a\r\n" HOST "\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\0b\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X\0Y: a\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\rb\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\rY: b\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\nY: b\r\n\r\n"), 400},
        {BYTES(GET_HEAD "Host: a\nX: b\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: \x01\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: \x7f\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X : a\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X\t: a\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST ": a\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST ":\r\n\r\n"), 400},
        {BYTES(POST_HEAD "Content-Length: 0\r\n: a\r\nX: b\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\0\0\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\r\n\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X: a\r\n \r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "no colon\r\n\r\n"), 400},
        {BYTES(GET_HEAD HOST "X(: a\r\n\r\n"), 400},
        /* the first line */
        {BYTES("GET  /inline HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET /inline  HTTP/1.1\r\n" HOST "\r\n"), 0},
        {BYTES("GET /inline HTTP/1.1 \r\n" HOST "\r\n"), 400},
        {BYTES("GET /in line HTTP/1.1\r\n" HOST "\r\n"), 0},
        {BYTES("GET /inline\0x HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET\t/inline HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET /inline HTTP/1.1\n" HOST "\r\n"), 400},
        {BYTES("GET /inline HTTP/2.0\r\n" HOST "\r\n"), 505},
        {BYTES("GET /inline HTTP/0.9\r\n" HOST "\r\n"), 505},
        {BYTES("GET /inline http/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET /inline\r\n" HOST "\r\n"), 400},
        {BYTES("GET inline HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET /inline#x HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"), 400},
        {BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 0},
    };
    static const char second[] = "GET /work HTTP/1.1\r\nHost: a\r\n\r\n";
    for (size_t i = 0; i < COUNT(rows); i++) {
        int fd = socket_open(server_port(server));
        socket_send(fd, rows[i].bytes, rows[i].n);
        socket_send(fd, second, sizeof second - 1);
        socket_read_answer(fd, &answer, false);
        if (answer.status != rows[i].status)
            print_message("row %zu: %s\n", i, rows[i].bytes);
        assert_int_equal(answer.status, rows[i].status);
        socket_read_answer(fd, &answer, false);
        if (answer.status)
            print_message("row %zu goes on: %s\n", i, rows[i].bytes);
        assert_int_equal(answer.status, 0);
        close(fd);
    }
}

/* --- sizes ---------------------------------------------------------------------------------- */
static int ask_padded(const char *before, char pad, size_t n, const char *after) {
    size_t start = strlen(before), end = strlen(after);
    char *request = malloc(start + n + end + 1);
    assert_non_null(request);
    memcpy(request, before, start);
    memset(request + start, pad, n);
    memcpy(request + start + n, after, end + 1);
    socket_ask(server_port(server), request, &answer);
    free(request);
    return answer.status;
}

static void heads_have_a_limit(void **state) {
    (void)state;
    static const char get[] = "GET /who?", line_end[] = " HTTP/1.1\r\nHost: a\r\n\r\n";
    size_t uri_left = HEAD_URI_MAX - strlen("/who?");
    assert_int_equal(ask_padded(get, 'a', uri_left, line_end), 200);
    assert_int_equal(ask_padded(get, 'a', uri_left + 1, line_end), 414);
    assert_int_equal(ask_padded(get, 'a', 100 * 1024, line_end), 414);

    static const char x[] = "GET /who HTTP/1.1\r\nHost: a\r\nX: ", head_end[] = "\r\n\r\n";
    size_t head_left = HEAD_MAX - strlen(x) - strlen(head_end);
    assert_int_equal(ask_padded(x, 'a', head_left, head_end), 200);
    assert_int_equal(ask_padded(x, 'a', head_left + 1, head_end), 431);
    assert_int_equal(ask_padded(x, 'a', 100 * 1024, head_end), 431);

    static const char cookie[] = "GET /who HTTP/1.1\r\nHost: a\r\nCookie: c=";
    assert_int_equal(ask_padded(cookie, 'a', 8 * 1024, head_end), 200);
}

static void header_count_has_a_limit(void **state) {
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        char request[4096];
        size_t n = (size_t)snprintf(request, sizeof request, "GET /inline HTTP/1.1\r\nHost: a\r\n");
        for (int i = 1; i < REQUEST_MAX_HEADERS + extra; i++)
            n += (size_t)snprintf(request + n, sizeof request - n, "X%d: y\r\n", i);
        snprintf(request + n, sizeof request - n, "\r\n");
        socket_ask(server_port(server), request, &answer);
        assert_int_equal(answer.status, extra ? 431 : 200);
    }
}

static void declared_bodies_have_the_cap_of_their_route(void **state) {
    (void)state;
    assert_int_equal(ask_padded(POST_HEAD "Content-Length: 1024\r\n\r\n", 'a', 1024, ""), 200);
    assert_int_equal(ask_padded(POST_HEAD "Content-Length: 1025\r\n\r\n", 'a', 1025, ""), 413);
    assert_int_equal(ask_padded("POST /work HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n",
                                'a', 65536, ""),
                     200);
}

static void large_declared_body_is_refused_unread(void **state) {
    (void)state;
    static const char head[] = POST_HEAD "Content-Length: 1000000000\r\n\r\n";
    int fd = socket_open(server_port(server));
    socket_send(fd, head, sizeof head - 1);
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 413);
    assert_true(socket_closes(fd));
    close(fd);
}

static void refused_expectation_spares_the_body(void **state) {
    (void)state;
    static const char head[] =
        POST_HEAD "Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n";
    int fd = socket_open(server_port(server));
    socket_send(fd, head, sizeof head - 1);
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 413);
    close(fd);
}

static void chunked_bodies_have_the_cap_too(void **state) {
    (void)state;
    static const char head[] = POST_HEAD "Transfer-Encoding: chunked\r\n\r\n";
    static const char cap[] = POST_HEAD "Transfer-Encoding: chunked\r\n\r\n400\r\n";
    static const char over[] = POST_HEAD "Transfer-Encoding: chunked\r\n\r\n401\r\n";
    assert_int_equal(ask_padded(cap, 'a', 0x400, "\r\n0\r\n\r\n"), 200);
    assert_int_equal(ask_padded(over, 'a', 0x401, "\r\n0\r\n\r\n"), 413);

    int fd = socket_open(server_port(server));
    socket_send(fd, head, sizeof head - 1);
    for (int i = 0; i < 100; i++) {
        char chunk[0x1000 + 16] = "1000\r\n";
        memset(chunk + 6, 'a', 0x1000);
        memcpy(chunk + 6 + 0x1000, "\r\n", 2);
        socket_send(fd, chunk, 6 + 0x1000 + 2);
    }
    assert_true(socket_closes(fd));
    close(fd);
}

static void early_answer_keeps_the_connection_if_the_body_is_small(void **state) {
    (void)state;
    static const char requests[] =
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd"
        "GET /inline HTTP/1.1\r\nHost: a\r\n\r\n";
    int fd = socket_open(server_port(server));
    socket_send(fd, requests, sizeof requests - 1);
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 404);
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    close(fd);
}

/* --- time ----------------------------------------------------------------------------------- */
struct slow {
    const char *start, *drip; /* what it sends at first, and then a byte at a time */
    int fd;
    bool closed;
};

static int open_ones(struct slow *all, size_t n) {
    int open = 0;
    for (size_t i = 0; i < n; i++) {
        char byte;
        if (!all[i].closed && all[i].drip)
            socket_send(all[i].fd, all[i].drip, 1);
        all[i].closed = all[i].closed || recv(all[i].fd, &byte, 1, MSG_DONTWAIT) == 0;
        open += !all[i].closed;
    }
    return open;
}

static void slow_and_silent_clients_are_closed(void **state) {
    (void)state;
    struct slow all[] = {
        {"", NULL, -1, false},
        {"GET /inl", NULL, -1, false},
        {"", "G", -1, false},
        {"GET /inline HTTP/1.1\r\nX: ", "a", -1, false},
        {POST_HEAD "Content-Length: 1000\r\n\r\n", "a", -1, false},
    };
    struct server_options options = server_app_options();
    options.idle_timeout_s = 1;
    struct server *impatient;
    assert_ok(server_start(&server_app, &options, &impatient));
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i].fd = socket_open(server_port(impatient));
        socket_send(all[i].fd, all[i].start, strlen(all[i].start));
    }
    usleep(300 * 1000);
    assert_int_equal(open_ones(all, COUNT(all)), COUNT(all));
    for (int i = 0; i < 50 && open_ones(all, COUNT(all)) > 0; i++)
        usleep(200 * 1000);
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_true(all[i].closed);
        close(all[i].fd);
    }
    server_stop(impatient, 1);
}

static void worker_may_take_longer_than_the_idle_timeout(void **state) {
    (void)state;
    static const char request[] = "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n";
    struct server_options options = server_app_options();
    options.idle_timeout_s = 1;
    struct server *impatient;
    assert_ok(server_start(&server_app, &options, &impatient));
    server_app_close_gate();
    int fd = socket_open(server_port(impatient));
    socket_send(fd, request, sizeof request - 1);
    sleep(4);
    server_app_open_gate();
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    close(fd);
    server_stop(impatient, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ambiguous_requests_end_the_connection),
        cmocka_unit_test(heads_have_a_limit),
        cmocka_unit_test(header_count_has_a_limit),
        cmocka_unit_test(declared_bodies_have_the_cap_of_their_route),
        cmocka_unit_test(large_declared_body_is_refused_unread),
        cmocka_unit_test(refused_expectation_spares_the_body),
        cmocka_unit_test(chunked_bodies_have_the_cap_too),
        cmocka_unit_test(early_answer_keeps_the_connection_if_the_body_is_small),
        cmocka_unit_test(slow_and_silent_clients_are_closed),
        cmocka_unit_test(worker_may_take_longer_than_the_idle_timeout),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
