/* ctest: threads
 * Outbound HTTP against real sockets on the loopback interface. */
#include "common/net/fetch.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/net/tests/http_stub_helper.h"

static struct arena *arena;
static struct fetcher *open_to_all, *public_only;
static struct http_stub stub;

static int open_fetchers(void **state) {
    (void)state;
    arena = arena_new(1 << 26);
    assert_ok(fetcher_new(&(struct fetch_options){.allow_private = true}, &open_to_all));
    assert_ok(fetcher_new(&(struct fetch_options){0}, &public_only));
    return 0;
}

static int close_fetchers(void **state) {
    (void)state;
    fetcher_free(open_to_all);
    fetcher_free(public_only);
    arena_free(arena);
    return 0;
}

static void serve(const char *answer) {
    stub.answer = str_from(answer);
    stub.drip_ms = 0;
    http_stub_start(&stub, NULL);
}

static str url_of(const char *path) {
    str url;
    assert_ok(str_printf(arena, &url, "http://127.0.0.1:%d%s", stub.port, path));
    return url;
}

static struct fetch_request get(void) {
    return (struct fetch_request){.url = url_of("/a?b=c"), .timeout_ms = 5000};
}

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static void the_status_headers_and_body_are_given(void **state) {
    (void)state;
    struct fetch_response got;
    struct fetch_request request = {.timeout_ms = 5000};
    serve("HTTP/1.1 418 Teapot\r\nConnection: close\r\nX-One:  a b \r\nx-two:\r\n"
          "Content-Length: 4\r\n\r\nbody");
    request.url = url_of("/a?b=c");
    assert_ok(fetch(open_to_all, arena, &request, &got));
    http_stub_stop(&stub);
    assert_int_equal(got.status, 418);
    assert_str(got.body, "body");
    assert_str(fetch_header(&got, S("x-ONE")), "a b");
    assert_str(fetch_header(&got, S("X-Two")), "");
    assert_false(str_present(fetch_header(&got, S("X-Three"))));
    assert_true(str_starts(str_from(stub.request), S("GET /a?b=c HTTP/1.1\r\n")));
}

static void what_is_asked_for_is_sent(void **state) {
    (void)state;
    serve(HEAD "Content-Length: 0\r\n\r\n");
    struct fetch_response got;
    struct fetch_request request = get();
    const struct fetch_header headers[] = {{S("Content-Type"), S("application/json")},
                                           {S("X-Event"), S("user.created")}};
    request.method = S("POST");
    request.headers = headers;
    request.header_count = COUNT(headers);
    request.body = str_of("{\"a\":\0}", 7);
    assert_ok(fetch(open_to_all, arena, &request, &got));
    http_stub_stop(&stub);
    str sent = str_of(stub.request, stub.request_size);
    assert_true(str_starts(sent, S("POST /a?b=c HTTP/1.1\r\n")));
    assert_true(str_find_str(sent, S("\r\nContent-Type: application/json\r\n")) < sent.n);
    assert_true(str_find_str(sent, S("\r\nX-Event: user.created\r\n")) < sent.n);
    assert_int_equal(str_find_str(sent, S("Expect:")), sent.n);
    assert_true(str_ends(sent, request.body));
}

static void a_header_of_two_lines_is_refused(void **state) {
    (void)state;
    serve(HEAD "\r\n");
    static const char *const values[] = {"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\r"};
    for (size_t i = 0; i < COUNT(values); i++) {
        struct fetch_response got;
        struct fetch_request request = get();
        struct fetch_header header = {S("X-A"), str_from(values[i])};
        request.headers = &header;
        request.header_count = 1;
        assert_err(fetch(open_to_all, arena, &request, &got), bad_request);
    }
    http_stub_stop(&stub);
    assert_int_equal(atomic_load(&stub.connections), 0);
}

/* With and without a length that tells, and to the byte. */
static void a_body_over_the_maximum_is_refused(void **state) {
    (void)state;
    static const int sizes[] = {0, 999, 1000, 1001, 100000};
    for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
        int size = sizes[i / 2], n;
        char *answer = calloc(1, (size_t)size + 256);
        if (i % 2)
            n = snprintf(answer, 256, HEAD "Content-Length: %d\r\n\r\n", size);
        else
            n = snprintf(answer, 256, HEAD "\r\n");
        memset(answer + n, 'x', (size_t)size);
        serve(answer);
        struct fetch_response got;
        struct fetch_request request = get();
        request.max_body = 1000;
        err e = fetch(open_to_all, arena, &request, &got);
        http_stub_stop(&stub);
        assert_string_equal(err_name(e.code), size <= 1000 ? "ok" : "bad_gateway");
        if (!failed(e))
            assert_int_equal(got.body.n, size);
        free(answer);
    }
}

static void an_answer_that_is_late_is_given_up(void **state) {
    (void)state;
    static const int drips[] = {-1, 30};
    for (size_t i = 0; i < COUNT(drips); i++) {
        stub.answer = S(HEAD "Content-Length: 10\r\n\r\n0123456789");
        stub.drip_ms = drips[i];
        http_stub_start(&stub, NULL);
        struct fetch_response got;
        struct fetch_request request = get();
        request.timeout_ms = 300;
        int64_t before = clock_monotonic_us();
        assert_err(fetch(open_to_all, arena, &request, &got), gateway_timeout);
        int64_t took = clock_monotonic_us() - before;
        assert_true(took >= 250000 && took < 3000000);
        http_stub_stop(&stub);
    }
}

static void a_redirect_is_an_answer_and_not_followed(void **state) {
    (void)state;
    static const int statuses[] = {301, 302, 303, 307, 308};
    for (size_t i = 0; i < COUNT(statuses); i++) {
        char answer[256];
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 %d Moved\r\nConnection: close\r\nLocation: /b\r\n\r\n", statuses[i]);
        serve(answer);
        struct fetch_response got;
        struct fetch_request request = get();
        assert_ok(fetch(open_to_all, arena, &request, &got));
        http_stub_stop(&stub);
        assert_int_equal(got.status, statuses[i]);
        assert_str(fetch_header(&got, S("location")), "/b");
        assert_int_equal(atomic_load(&stub.connections), 1);
    }
}

static void private_addresses_are_refused_unless_allowed(void **state) {
    (void)state;
    static const char *const hosts[] = {"127.0.0.1",       "localhost",  "127.1",
                                        "2130706433",      "0x7f000001", "017700000001",
                                        "0.0.0.0",         "[::1]",      "[::ffff:127.0.0.1]",
                                        "[::ffff:7f00:1]", "[::]"};
    serve(HEAD "\r\n");
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct fetch_response got;
        struct fetch_request request = get();
        assert_ok(str_printf(arena, &request.url, "http://%s:%d/", hosts[i], stub.port));
        assert_err(fetch(public_only, arena, &request, &got), bad_gateway);
    }
    assert_int_equal(atomic_load(&stub.connections), 0);
    struct fetch_response got;
    struct fetch_request request = get();
    assert_ok(fetch(open_to_all, arena, &request, &got));
    assert_err(fetch(public_only, arena, &request, &got), bad_gateway); /* no shared connection */
    http_stub_stop(&stub);
    assert_int_equal(atomic_load(&stub.connections), 1);
}

static void only_http_is_spoken(void **state) {
    (void)state;
    static const char *const urls[] = {"file:///etc/passwd",
                                       "ftp://127.0.0.1/",
                                       "gopher://127.0.0.1/",
                                       "dict://127.0.0.1/",
                                       "smtp://127.0.0.1",
                                       "",
                                       "http://",
                                       "http:///"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct fetch_response got;
        struct fetch_request request = {.url = str_from(urls[i]), .timeout_ms = 1000};
        assert_err(fetch(open_to_all, arena, &request, &got), bad_gateway);
    }
    struct fetch_response got;
    struct fetch_request request = {.url = str_of("http://a\0b", 10)};
    assert_err(fetch(open_to_all, arena, &request, &got), bad_request);
}

static void broken_answers_are_refused(void **state) {
    (void)state;
    static char many[70 * 32 + 64], longer[40000];
    size_t n = (size_t)snprintf(many, sizeof many, HEAD);
    for (int i = 0; i < 70; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, "X-%d: 1\r\n", i);
    snprintf(many + n, sizeof many - n, "\r\n");
    n = (size_t)snprintf(longer, sizeof longer, HEAD "X-Long: ");
    memset(longer + n, 'x', sizeof longer - n - 5);
    memcpy(longer + sizeof longer - 5, "\r\n\r\n", 5);
    const char *const answers[] = {"",
                                   "hello",
                                   "<html>",
                                   HEAD "Content-Length: 10\r\n\r\nshort",
                                   HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                                   many,
                                   longer};
    for (size_t i = 0; i < COUNT(answers); i++) {
        serve(answers[i]);
        struct fetch_response got;
        struct fetch_request request = get();
        assert_err(fetch(open_to_all, arena, &request, &got), bad_gateway);
        http_stub_stop(&stub);
    }
    struct fetch_response got;
    struct fetch_request request = get();
    assert_err(fetch(open_to_all, arena, &request, &got), bad_gateway); /* nobody listens */
}

static void the_headers_are_those_of_the_final_answer(void **state) {
    (void)state;
    serve("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" HEAD "X-Final: 1\r\n\r\nbody");
    struct fetch_response got;
    struct fetch_request request = get();
    assert_ok(fetch(open_to_all, arena, &request, &got));
    http_stub_stop(&stub);
    assert_int_equal(got.status, 200);
    assert_false(str_present(fetch_header(&got, S("X-Early"))));
    assert_str(fetch_header(&got, S("X-Final")), "1");
    assert_str(got.body, "body");
}

static void no_proxy_of_the_environment_is_used(void **state) {
    (void)state;
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", http_stub_free_port());
    serve(HEAD "\r\n");
    setenv("http_proxy", proxy, 1);
    setenv("ALL_PROXY", proxy, 1);
    struct fetch_response got;
    struct fetch_request request = get();
    assert_ok(fetch(open_to_all, arena, &request, &got));
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    http_stub_stop(&stub);
}

static void *fetch_often(void *arg) {
    _Atomic int *good = arg;
    for (int i = 0; i < 10; i++) {
        struct arena *own = arena_new(1 << 20);
        struct fetch_response got;
        str url;
        assert_ok(str_printf(own, &url, "http://127.0.0.1:%d/", stub.port));
        struct fetch_request request = {.url = url, .timeout_ms = 20000};
        if (!failed(fetch(open_to_all, own, &request, &got)) && str_eq(got.body, S("body")))
            atomic_fetch_add(good, 1);
        arena_free(own);
    }
    return NULL;
}

static void threads_share_a_fetcher(void **state) {
    (void)state;
    _Atomic int good = 0;
    pthread_t threads[4];
    serve(HEAD "\r\nbody");
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fetch_often, &good), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    http_stub_stop(&stub);
    assert_int_equal(atomic_load(&good), 40);
}

static void a_missing_ca_file_is_told(void **state) {
    (void)state;
    struct fetcher *fetcher = NULL;
    assert_err(fetcher_new(&(struct fetch_options){.ca_file = S("/nowhere/ca.pem")}, &fetcher),
               config);
    assert_null(fetcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(private_addresses_are_refused_unless_allowed),
        cmocka_unit_test(a_redirect_is_an_answer_and_not_followed),
        cmocka_unit_test(a_body_over_the_maximum_is_refused),
        cmocka_unit_test(an_answer_that_is_late_is_given_up),
        cmocka_unit_test(a_header_of_two_lines_is_refused),
        cmocka_unit_test(only_http_is_spoken),
        cmocka_unit_test(broken_answers_are_refused),
        cmocka_unit_test(a_missing_ca_file_is_told),
        cmocka_unit_test(the_status_headers_and_body_are_given),
        cmocka_unit_test(what_is_asked_for_is_sent),
        cmocka_unit_test(the_headers_are_those_of_the_final_answer),
        cmocka_unit_test(no_proxy_of_the_environment_is_used),
        cmocka_unit_test(threads_share_a_fetcher),
    };
    return cmocka_run_group_tests(tests, open_fetchers, close_fetchers);
}
