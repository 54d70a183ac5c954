/* ctest: threads */
/* The server's beginning and end, and its limits. */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/http/server.h"
#include "common/ops/log.h"
#include "server_app_helper.h"
#include "socket_helper.h"

static struct answer answer;

#define GATE "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n"

static struct server *start_with(const struct server_options *options) {
    struct server *server;
    assert_ok(server_start(&server_app, options, &server));
    return server;
}

static void bad_options_are_refused_at_start(void **state) {
    (void)state;
    static const struct server_options rows[] = {
        {.listen = S_INIT("")},
        {.listen = S_INIT("9400")},
        {.listen = S_INIT(":9400")},
        {.listen = S_INIT("localhost:9400")},
        {.listen = S_INIT("127.0.0.1:")},
        {.listen = S_INIT("127.0.0.1:65536")},
        {.listen = S_INIT("127.0.0.1:-1")},
        {.listen = S_INIT("127.0.0.1:x")},
        {.listen = S_INIT("192.0.2.1:0"), .trusted_proxies = S_INIT("10.0.0.0/8")},
        {.listen = S_INIT("127.0.0.1:0"), .trusted_proxies = S_INIT("10.0.0.0/33")},
        {.listen = S_INIT("127.0.0.1:0"), .tls_cert = S_INIT("/nonexistent")},
        {.listen = S_INIT("127.0.0.1:0"), .tls_key = S_INIT("/nonexistent")},
        {.listen = S_INIT("127.0.0.1:0"),
         .tls_cert = S_INIT("/nonexistent"),
         .tls_key = S_INIT("/nonexistent")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct server *server;
        bool parses = str_starts(rows[i].listen, S("192.0.2.1")); /* but is not ours */
        assert_err(server_start(&server_app, &rows[i], &server), config);
        assert_int_equal(failed(server_check(&rows[i])), !parses);
    }
    struct server *server;
    assert_err(server_start(&server_app, &(struct server_options){0}, &server), config);
}

static void address_in_use_is_refused(void **state) {
    (void)state;
    char listen[32];
    struct server_options options = server_app_options();
    struct server *first = start_with(&options), *second;
    snprintf(listen, sizeof listen, "127.0.0.1:%d", server_port(first));
    options.listen = str_from(listen);
    assert_err(server_start(&server_app, &options, &second), config);
    server_stop(first, 1);
}

static void one_loop_is_enough(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    options.event_loops = 1;
    struct server *server = start_with(&options);
    socket_ask(server_port(server), "GET /work HTTP/1.1\r\nHost: a\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    server_stop(server, 1);
}

static void full_queue_is_refused_at_once(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    options.workers = options.queue_max = 1;
    struct server *server = start_with(&options);
    char after[256];
    int busy[2];
    server_app_close_gate();
    for (int i = 0; i < 2; i++) {
        busy[i] = socket_open(server_port(server));
        socket_send(busy[i], GATE, strlen(GATE));
        server_app_wait_inside(1);
        usleep(50 * 1000);
    }
    socket_ask(server_port(server), GATE, &answer);
    assert_int_equal(answer.status, 503);
    assert_true(answer_header(&answer, "Retry-After", after));
    assert_string_equal(after, "1");
    socket_ask(server_port(server), "GET /inline HTTP/1.1\r\nHost: a\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    server_app_open_gate();
    for (int i = 0; i < 2; i++) {
        socket_read_answer(busy[i], &answer, false);
        assert_int_equal(answer.status, 200);
        close(busy[i]);
    }
    server_stop(server, 1);
}

struct stopping {
    struct server *server;
    int64_t seconds;
    atomic_bool stopped;
};

static void *stop_it(void *arg) {
    struct stopping *s = arg;
    server_stop(s->server, s->seconds);
    atomic_store(&s->stopped, true);
    return NULL;
}

enum { WAITING = 6 };

/* Four of the six are with a worker, two in the queue, when the server is told to stop. */
static void stop_lets_suspended_requests_finish(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    struct stopping stopping = {start_with(&options), 10, false};
    int port = server_port(stopping.server), fds[WAITING], idle = socket_open(port);
    pthread_t thread;
    server_app_close_gate();
    for (int i = 0; i < WAITING; i++) {
        fds[i] = socket_open(port);
        socket_send(fds[i], GATE, strlen(GATE));
    }
    server_app_wait_inside(4);
    usleep(100 * 1000);
    assert_int_equal(pthread_create(&thread, NULL, stop_it, &stopping), 0);
    usleep(100 * 1000);
    assert_false(atomic_load(&stopping.stopped));
    server_app_open_gate();
    for (int i = 0; i < WAITING; i++) {
        char connection[256];
        socket_read_answer(fds[i], &answer, false);
        assert_int_equal(answer.status, 200);
        assert_true(answer_header(&answer, "Connection", connection));
        assert_string_equal(connection, "close");
        close(fds[i]);
    }
    pthread_join(thread, NULL);
    assert_true(socket_closes(idle));
    close(idle);
}

/* Past its patience it still resumes every suspended connection before it ends. */
static void stop_without_patience_waits_for_the_worker_alone(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    struct stopping stopping = {start_with(&options), 0, false};
    int fd = socket_open(server_port(stopping.server));
    pthread_t thread;
    server_app_close_gate();
    socket_send(fd, GATE, strlen(GATE));
    server_app_wait_inside(1);
    assert_int_equal(pthread_create(&thread, NULL, stop_it, &stopping), 0);
    usleep(200 * 1000);
    assert_false(atomic_load(&stopping.stopped));
    server_app_open_gate();
    pthread_join(thread, NULL);
    assert_true(socket_closes(fd));
    close(fd);
}

static void stop_takes_no_new_connections(void **state) {
    (void)state;
    struct server_options options = server_app_options();
    struct server *server = start_with(&options), *again;
    char listen[32];
    snprintf(listen, sizeof listen, "127.0.0.1:%d", server_port(server));
    server_stop(server, 1);
    options.listen = str_from(listen);
    again = start_with(&options);
    socket_ask(server_port(again), "GET /inline HTTP/1.1\r\nHost: a\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    server_stop(again, 1);
    server_stop(NULL, 1);
}

/* --- stop under load -------------------------------------------------------------------------- */
enum { CLIENTS = 16 };

struct client {
    int port;
    atomic_bool *ended;
    int good, bad;
};

static void *ask_until_the_end(void *arg) {
    struct client *client = arg;
    struct answer *mine = malloc(sizeof *mine);
    int fd = socket_open(client->port);
    while (mine && !atomic_load(client->ended)) {
        const char *request = "GET /work HTTP/1.1\r\nHost: a\r\n\r\n";
        socket_send(fd, request, strlen(request));
        socket_read_answer(fd, mine, false);
        if (mine->status == 0)
            break;
        client->good += mine->status == 200;
        client->bad += mine->status != 200 && mine->status != 503;
    }
    close(fd);
    free(mine);
    return NULL;
}

static void stop_under_load_ends_cleanly(void **state) {
    (void)state;
    for (int round = 0; round < 5; round++) {
        struct server_options options = server_app_options();
        struct server *server = start_with(&options);
        atomic_bool ended = false;
        pthread_t threads[CLIENTS];
        struct client clients[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = (struct client){server_port(server), &ended, 0, 0};
            assert_int_equal(pthread_create(&threads[i], NULL, ask_until_the_end, &clients[i]), 0);
        }
        usleep(100 * 1000);
        server_stop(server, round % 2 ? 2 : 0);
        atomic_store(&ended, true);
        for (int i = 0; i < CLIENTS; i++) {
            pthread_join(threads[i], NULL);
            assert_true(clients[i].good > 0);
            assert_int_equal(clients[i].bad, 0);
        }
    }
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_options_are_refused_at_start),
        cmocka_unit_test(address_in_use_is_refused),
        cmocka_unit_test(one_loop_is_enough),
        cmocka_unit_test(full_queue_is_refused_at_once),
        cmocka_unit_test(stop_lets_suspended_requests_finish),
        cmocka_unit_test(stop_without_patience_waits_for_the_worker_alone),
        cmocka_unit_test(stop_takes_no_new_connections),
        cmocka_unit_test(stop_under_load_ends_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
