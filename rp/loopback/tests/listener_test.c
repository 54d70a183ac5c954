/* ctest: threads
 * The port of a native sign-in: who may speak to it, and what it shows (RFC 8252 7.3, 8.3). */
#include "rp/loopback/listener.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/testing.h"

#define PATH "/callback"

/* What the callback was given, and what it says of it. */
struct heard {
    int times;
    char query[LISTENER_QUERY_MAX + 1];
    enum listener_result result;
};

static enum listener_result on_query(void *context, const char *query) {
    struct heard *heard = context;
    heard->times++;
    snprintf(heard->query, sizeof heard->query, "%s", query);
    return heard->result;
}

static int connect_to(struct in_addr host, uint16_t port) {
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = host};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static uint16_t port_of(const struct listener *listener) {
    return (uint16_t)atoi(strrchr(listener_origin(listener), ':') + 1);
}

/* One request as a browser or somebody else would send it, from another thread. */
struct visit {
    uint16_t port;
    char request[3 * LISTENER_QUERY_MAX];
    char answer[8192];
    atomic_bool done;
};

static void *visit(void *context) {
    struct visit *visit = context;
    size_t n = 0, room = sizeof visit->answer - 1;
    ssize_t got = -1;
    int fd = connect_to((struct in_addr){htonl(INADDR_LOOPBACK)}, visit->port);
    if (fd >= 0)
        got = send(fd, visit->request, strlen(visit->request), MSG_NOSIGNAL);
    while (got > 0 && n < room && (got = recv(fd, visit->answer + n, room - n, 0)) > 0)
        n += (size_t)got;
    visit->answer[n] = 0;
    if (fd >= 0)
        close(fd);
    atomic_store(&visit->done, true);
    return NULL;
}

/* Sends `method target` to it with that Host ("$": its own), and gives the status. The listener's
 * side runs here, a while at a time, until the visitor has its answer. */
static int ask(struct listener *listener, struct visit *v, const char *method, const char *target,
               const char *host) {
    pthread_t thread;
    v->port = port_of(listener);
    atomic_store(&v->done, false);
    const char *own = listener_origin(listener) + strlen("http://");
    snprintf(v->request, sizeof v->request, "%s %s HTTP/1.1\r\n%s%s%s\r\n", method, target,
             host ? "Host: " : "", host ? (strcmp(host, "$") == 0 ? own : host) : "",
             host ? "\r\n" : "");
    assert_int_equal(pthread_create(&thread, NULL, visit, v), 0);
    for (int i = 0; i < 500 && !atomic_load(&v->done); i++)
        listener_wait(listener, 20);
    pthread_join(thread, NULL);
    assert_int_equal(strncmp(v->answer, "HTTP/1.1 ", 9), 0);
    return atoi(v->answer + 9);
}

static void requests_that_are_no_answer_are_not_heard(void **state) {
    (void)state;
    static const struct {
        const char *method, *target, *host;
    } rows[] = {
        {"POST", PATH "?code=c", "$"},
        {"HEAD", PATH "?code=c", "$"},
        {"PUT", PATH "?code=c", "$"},
        {"GET", "/?code=c", "$"},
        {"GET", PATH "/?code=c", "$"},
        {"GET", "/Callback?code=c", "$"},
        {"GET", PATH, "$"},
        {"GET", PATH "?code=c", "evil.example"}, /* DNS rebinding */
        {"GET", PATH "?code=c", "localhost"},
        {"GET", PATH "?code=c", "127.0.0.1"},
        {"GET", PATH "?code=c", "127.0.0.1:1"},
        {"GET", PATH "?code=c", "127.0.0.1.evil.example"},
        {"GET", "http://evil.example" PATH "?code=c", "evil.example"},
    };
    struct heard heard = {.result = LISTENER_SIGNED_IN};
    struct listener *listener = listener_new(PATH, on_query, &heard);
    struct visit v;
    assert_non_null(listener);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status = ask(listener, &v, rows[i].method, rows[i].target, rows[i].host);
        if (status < 400 || heard.times)
            fail_msg("row %zu was taken: %d", i, status);
    }
    assert_true(ask(listener, &v, "GET", PATH "?code=c", NULL) >= 400); /* no Host at all */
    assert_int_equal(heard.times, 0);
    listener_free(listener);
}

static void a_query_of_8_kilobytes_is_the_longest(void **state) {
    (void)state;
    struct heard heard = {.result = LISTENER_NOT_OURS};
    struct listener *listener = listener_new(PATH, on_query, &heard);
    struct visit v;
    static char target[LISTENER_QUERY_MAX + 16];
    assert_non_null(listener);
    memset(target, 'a', sizeof target - 1);
    memcpy(target, PATH "?", strlen(PATH "?"));
    assert_true(ask(listener, &v, "GET", target, "$") >= 400);
    assert_int_equal(heard.times, 0);
    target[LISTENER_QUERY_MAX] = 0;
    assert_int_equal(ask(listener, &v, "GET", target, "$"), 400); /* heard, and not ours */
    assert_int_equal(heard.times, 1);
    assert_string_equal(heard.query, target + strlen(PATH "?"));
    listener_free(listener);
}

/* mod_auth_openidc CVE-2019-1010247, CVE-2021-32792: what came in stood in the page. */
static void cve_2019_1010247_a_page_shows_nothing_that_came_in(void **state) {
    (void)state;
    static const struct {
        enum listener_result result;
        const char *target;
        int status;
    } rows[] = {
        {LISTENER_NOT_OURS, PATH "?error=<script>hush</script>&state=hush", 400},
        {LISTENER_REFUSED, PATH "?error_description=%3Cscript%3Ehush&x=\"hush'", 400},
        {LISTENER_SIGNED_IN, PATH "?code=hush&state=hush", 200},
        {LISTENER_SIGNED_IN, "/hush<script>?hush", 404},
    };
    static const char *const headers[] = {"\nContent-Security-Policy: default-src 'none'",
                                          "\nCache-Control: no-store",
                                          "\nReferrer-Policy: no-referrer", "\nConnection: close",
                                          "\nX-Content-Type-Options: nosniff"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct heard heard = {.result = rows[i].result};
        struct listener *listener = listener_new(PATH, on_query, &heard);
        struct visit v;
        assert_non_null(listener);
        assert_int_equal(ask(listener, &v, "GET", rows[i].target, "$"), rows[i].status);
        assert_null(strstr(v.answer, "hush"));
        assert_null(strstr(v.answer, "script>"));
        for (size_t k = 0; k < COUNT(headers); k++)
            if (!strstr(v.answer, headers[k]))
                fail_msg("row %zu has not %s", i, headers[k] + 1);
        listener_free(listener);
    }
}

/* An answer that is not ours keeps it open; the first that is ends it, and the port closes. */
static void the_first_answer_of_ours_is_the_last(void **state) {
    (void)state;
    struct heard heard = {.result = LISTENER_NOT_OURS};
    struct listener *listener = listener_new(PATH, on_query, &heard);
    struct visit v;
    assert_non_null(listener);
    const uint16_t port = port_of(listener);
    assert_int_equal(ask(listener, &v, "GET", PATH "?state=other", "$"), 400);
    assert_false(listener_wait(listener, 1));
    heard.result = LISTENER_SIGNED_IN;
    assert_int_equal(ask(listener, &v, "GET", PATH "?state=ours", "$"), 200);
    assert_true(listener_wait(listener, 1));
    assert_int_equal(ask(listener, &v, "GET", PATH "?state=ours", "$"), 404);
    assert_int_equal(heard.times, 2);
    listener_free(listener);
    assert_int_equal(connect_to((struct in_addr){htonl(INADDR_LOOPBACK)}, port), -1);
}

/* RFC 8252 8.3: never on all interfaces, never a name. */
static void only_the_loopback_interface_is_bound(void **state) {
    (void)state;
    struct heard heard = {0};
    struct listener *listener = listener_new(PATH, on_query, &heard);
    struct ifaddrs *all = NULL;
    assert_non_null(listener);
    assert_int_equal(strncmp(listener_origin(listener), "http://127.0.0.1:", 17), 0);
    assert_int_equal(getifaddrs(&all), 0);
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        struct sockaddr_in address;
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET)
            continue;
        memcpy(&address, one->ifa_addr, sizeof address);
        if (ntohl(address.sin_addr.s_addr) != INADDR_LOOPBACK)
            assert_int_equal(connect_to(address.sin_addr, port_of(listener)), -1);
    }
    /* All of 127/8 is this machine: bound to every interface, it would answer there too. */
    assert_int_equal(connect_to((struct in_addr){htonl(INADDR_LOOPBACK + 1)}, port_of(listener)),
                     -1);
    freeifaddrs(all);
    listener_free(listener);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_that_are_no_answer_are_not_heard),
        cmocka_unit_test(a_query_of_8_kilobytes_is_the_longest),
        cmocka_unit_test(cve_2019_1010247_a_page_shows_nothing_that_came_in),
        cmocka_unit_test(the_first_answer_of_ours_is_the_last),
        cmocka_unit_test(only_the_loopback_interface_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
