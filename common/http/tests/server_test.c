/* ctest: threads */
/* The server over real sockets: what works. */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

#define ASK(request) socket_ask(server_port(server), (request), &answer)
#define BODY()       (answer.text + answer.body)

static void requests_are_answered(void **state) {
    (void)state;
    static const struct {
        const char *request;
        int status;
        const char *body;
    } rows[] = {
        {"GET /inline HTTP/1.1\r\nHost: a\r\n\r\n", 200, "{\"ok\":true}"},
        {"GET /inline HTTP/1.0\r\n\r\n", 200, "{\"ok\":true}"},
        {"GET http://a/inline HTTP/1.1\r\nHost: a\r\n\r\n", 200, "{\"ok\":true}"},
        {"GET /work HTTP/1.1\r\nHost: a\r\n\r\n", 200, "{\"ok\":true}"},
        {"GET /first HTTP/1.1\r\nHost: a\r\n\r\n", 200, "\"loop\""},
        {"GET /first?wait HTTP/1.1\r\nHost: a\r\n\r\n", 200, "\"worker\""},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, "nothing"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n",
         200, "abcdefg"},
        {"POST /work HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"},
        {"HEAD /inline HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""},
        {"HEAD /work HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""},
        {"OPTIONS /inline HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""},
        {"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL},
        {"BREW /inline HTTP/1.1\r\nHost: a\r\n\r\n", 501, NULL},
        {"POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 415, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ASK(rows[i].request);
        assert_int_equal(answer.status, rows[i].status);
        if (rows[i].body)
            assert_string_equal(BODY(), rows[i].body);
    }
}

static void wrong_method_tells_the_right_ones(void **state) {
    (void)state;
    char allow[256];
    ASK("DELETE /work HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer.status, 405);
    assert_true(answer_header(&answer, "Allow", allow));
    assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
}

static void head_has_the_length_of_get(void **state) {
    (void)state;
    char length[256];
    ASK("HEAD /inline HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(answer_header(&answer, "Content-Length", length));
    assert_string_equal(length, "11");
}

static void pipelined_requests_are_answered_in_order(void **state) {
    (void)state;
    static const char requests[] = "GET /who?a HTTP/1.1\r\nHost: a\r\n\r\n"
                                   "POST /work HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nb"
                                   "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                                   "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET "
                                   "GET /first?wait HTTP/1.1\r\nHost: a\r\n\r\n"
                                   "GET /inline HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    static const struct {
        int status;
        const char *part;
    } rows[] = {{200, "\"query\":\"a\""},  {200, "b"},          {404, "not_found"},
                {415, "application/json"}, {200, "\"worker\""}, {200, "{\"ok\":true}"}};
    int fd = socket_open(server_port(server));
    socket_send(fd, requests, strlen(requests));
    for (size_t i = 0; i < COUNT(rows); i++) {
        socket_read_answer(fd, &answer, false);
        assert_int_equal(answer.status, rows[i].status);
        assert_non_null(strstr(BODY(), rows[i].part));
    }
    assert_true(socket_closes(fd));
    close(fd);
}

static void byte_by_byte_is_the_same_request(void **state) {
    (void)state;
    static const char request[] =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    int fd = socket_open(server_port(server));
    for (size_t i = 0; i < strlen(request); i++) {
        socket_send(fd, request + i, 1);
        usleep(500);
    }
    socket_read_answer(fd, &answer, false);
    assert_string_equal(BODY(), "hello");
    close(fd);
}

/* The buffer grows several times while a large head comes in. */
static void large_head_in_pieces_is_one_head(void **state) {
    (void)state;
    char request[16 * 1024];
    size_t n = (size_t)snprintf(request, sizeof request, "GET /who HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 90; i++)
        n += (size_t)snprintf(request + n, sizeof request - n, "X-%d: %0150d\r\n", i, i);
    n += (size_t)snprintf(request + n, sizeof request - n, "X: last\r\n\r\n");
    static const size_t pieces[] = {97, 1000, 3000, 8000, sizeof request};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        int fd = socket_open(server_port(server));
        for (size_t at = 0; at < n; at += pieces[i]) {
            socket_send(fd, request + at, n - at < pieces[i] ? n - at : pieces[i]);
            usleep(500);
        }
        socket_read_answer(fd, &answer, false);
        assert_int_equal(answer.status, 200);
        assert_non_null(strstr(BODY(), "\"x\":\"last\""));
        close(fd);
    }
}

static void expectation_is_met_before_the_body(void **state) {
    (void)state;
    static const char head[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                               "Expect: 100-continue\r\n\r\n";
    int fd = socket_open(server_port(server));
    socket_send(fd, head, strlen(head));
    socket_read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 100);
    socket_send(fd, "ok", 2);
    socket_read_answer(fd, &answer, false);
    assert_string_equal(BODY(), "ok");
    close(fd);
}

static void exhausted_arena_is_told(void **state) {
    (void)state;
    char after[256];
    ASK("GET /greedy HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer.status, 503);
    assert_true(answer_header(&answer, "Retry-After", after));
    assert_true(answer_header(&answer, "X-Request-Id", after));
    ASK("GET /inline HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer.status, 200);
}

static void header_values_of_any_length_are_sent(void **state) {
    (void)state;
    static const int lengths[] = {0, 1, 512, 513, 8000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        char request[9000], value[256];
        size_t start = (size_t)snprintf(request, sizeof request, "GET /long-header?");
        memset(request + start, 'a', (size_t)lengths[i]);
        snprintf(request + start + lengths[i], sizeof request - start - (size_t)lengths[i],
                 " HTTP/1.1\r\nHost: a\r\n\r\n");
        ASK(request);
        assert_int_equal(answer.status, 200);
        assert_false(answer_header(&answer, "X-Empty", value));
        assert_int_equal(answer_header(&answer, "X-Long", value), lengths[i] > 0);
        assert_true(answer.n > (size_t)lengths[i]);
    }
}

static void plain_request_id_is_taken_over(void **state) {
    (void)state;
    static const struct {
        const char *id;
        bool taken;
    } rows[] = {{"abc-1_2.X", true},
                {"a b", false},
                {"\"x\"", false},
                {"a/b", false},
                {"0123456789012345678901234567890123456789012345678901234567890123", true},
                {"01234567890123456789012345678901234567890123456789012345678901234", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char request[256], id[256];
        snprintf(request, sizeof request,
                 "GET /inline HTTP/1.1\r\nHost: a\r\nX-Request-Id: %s\r\n\r\n", rows[i].id);
        ASK(request);
        assert_true(answer_header(&answer, "X-Request-Id", id));
        assert_int_equal(strcmp(id, rows[i].id) == 0, rows[i].taken);
    }
}

static void made_request_ids_differ(void **state) {
    (void)state;
    char first[256], second[256];
    ASK("GET /inline HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(answer_header(&answer, "X-Request-Id", first));
    ASK("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(answer_header(&answer, "X-Request-Id", second));
    assert_int_equal(strlen(first), 16);
    assert_string_not_equal(first, second);
}

static void strangers_do_not_say_who_they_are(void **state) {
    (void)state;
    ASK("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\n"
        "X-Forwarded-Proto: https\r\n\r\n");
    assert_non_null(strstr(BODY(), "\"remote\":\"127.0.0.1\""));
    assert_non_null(strstr(BODY(), "\"secure\":false"));
}

static void trusted_proxies_do(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    options.trusted_proxies = S("127.0.0.0/8");
    struct server *behind;
    assert_ok(server_start(&server_app, &options, &behind));
    socket_ask(server_port(behind),
               "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 192.0.2.9\r\n"
               "X-Forwarded-Proto: https\r\n\r\n",
               &answer);
    assert_non_null(strstr(BODY(), "\"remote\":\"192.0.2.9\""));
    assert_non_null(strstr(BODY(), "\"secure\":true"));
    server_stop(behind, 1);
}

/* --- many at once --------------------------------------------------------------------------- */
enum { CLIENTS = 100, EACH = 10 };

static void *ask_workers(void *arg) {
    int *good = arg;
    struct answer *mine = malloc(sizeof *mine);
    int fd = socket_open(server_port(server));
    for (int i = 0; mine && i < EACH; i++) {
        char request[128];
        int n = snprintf(request, sizeof request,
                         "POST /work HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nbody%02d", i);
        socket_send(fd, request, (size_t)n);
        socket_read_answer(fd, mine, false);
        *good += mine->status == 200 && strcmp(mine->text + mine->body, request + n - 6) == 0;
    }
    close(fd);
    free(mine);
    return NULL;
}

static void hundred_connections_share_the_workers(void **state) {
    (void)state;
    pthread_t threads[CLIENTS];
    int good[CLIENTS] = {0}, all = 0;
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_workers, &good[i]), 0);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        all += good[i];
    }
    assert_int_equal(all, CLIENTS * EACH);
}

static void client_that_leaves_while_a_worker_runs_harms_nobody(void **state) {
    (void)state;
    server_app_close_gate();
    for (int i = 0; i < 4; i++) {
        int fd = socket_open(server_port(server));
        socket_send(fd, "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n", 32);
        server_app_wait_inside(i + 1);
        close(fd);
    }
    server_app_open_gate();
    ASK("GET /work HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer.status, 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered),
        cmocka_unit_test(wrong_method_tells_the_right_ones),
        cmocka_unit_test(head_has_the_length_of_get),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(byte_by_byte_is_the_same_request),
        cmocka_unit_test(large_head_in_pieces_is_one_head),
        cmocka_unit_test(expectation_is_met_before_the_body),
        cmocka_unit_test(exhausted_arena_is_told),
        cmocka_unit_test(header_values_of_any_length_are_sent),
        cmocka_unit_test(plain_request_id_is_taken_over),
        cmocka_unit_test(made_request_ids_differ),
        cmocka_unit_test(strangers_do_not_say_who_they_are),
        cmocka_unit_test(trusted_proxies_do),
        cmocka_unit_test(hundred_connections_share_the_workers),
        cmocka_unit_test(client_that_leaves_while_a_worker_runs_harms_nobody),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
