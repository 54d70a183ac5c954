/* The account API as it looks through this server: one request to whoever watches. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/tests/flow_helper.h"
#include "common/base/buf.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

static struct test_request *call(const char *path, const char *json) {
    struct test_request *t = test_request_new("POST", path);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_body(t, "application/json", json);
    test_request_send(t, flow_world()->authz->app);
    return t;
}

static int status_of(const char *path, const char *json) {
    struct test_request *t = call(path, json);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

/* --- one line, one count ---------------------------------------------------------------------- */

static int64_t counted(const char *series) {
    static char text[1 << 20];
    struct arena *arena = arena_new(4 << 20);
    struct buf out = buf_in(arena, 1 << 20);
    str all;
    metrics_write(&out);
    assert_ok(buf_str(&out, &all));
    snprintf(text, sizeof text, "%.*s", STR_FMT(all));
    arena_free(arena);
    const char *at = strstr(text, series);
    return at ? atoll(at + strlen(series)) : 0;
}

static size_t times(const char *text, const char *what) {
    size_t n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

static void logged(FILE *file, char text[16384]) {
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    rewind(file);
    text[fread(text, 1, 16383, file)] = '\0';
    fclose(file);
}

#define SERIES(route, status)                                                                      \
    "hitkey_http_requests_total{route=\"" route "\",status=\"" status "\"} "

static void a_call_is_logged_and_counted_once_under_its_own_route(void **state) {
    (void)state;
    char text[16384];
    int64_t before = counted(SERIES("/auth/login", "401"));
    FILE *file = tmpfile();
    log_setup(LOG_INFO, LOG_JSON, fileno(file));
    assert_int_equal(status_of("/auth/login", "{\"email\":\"ann@example.com\",\"password\":\"x\"}"),
                     401);
    logged(file, text);
    assert_int_equal(times(text, "\"event\":\"request\""), 1);
    assert_non_null(strstr(text, "\"app\":\"authz\""));
    assert_non_null(strstr(text, "\"route\":\"/auth/login\""));
    assert_non_null(strstr(text, "\"code\":\"INVALID_CREDENTIALS\""));
    assert_int_equal(counted(SERIES("/auth/login", "401")), before + 1);
    assert_int_equal(counted(SERIES("/auth/*", "401")), 0);
}

/* A request without memory: the fault is ours. */
static void a_fault_of_ours_is_logged_with_its_place(void **state) {
    (void)state;
    char text[16384];
    FILE *file = tmpfile();
    struct test_request *t = test_request_new("POST", "/auth/login");
    test_request_body(t, "application/json", "{\"email\":\"ann@example.com\",\"password\":\"x\"}");
    arena_free(t->rq.arena);
    t->rq.arena = arena_new(64);
    log_setup(LOG_INFO, LOG_JSON, fileno(file));
    test_request_send(t, flow_world()->authz->app);
    logged(file, text);
    assert_true(t->rs.status >= 500);
    assert_int_equal(times(text, "\"event\":\"request\""), 1);
    assert_non_null(strstr(text, "\"route\":\"/auth/login\""));
    assert_non_null(strstr(text, "\"at\":\""));
    test_request_free(t);
}

static void an_unknown_path_is_counted_under_the_route_that_passes_it_on(void **state) {
    (void)state;
    int64_t before = counted(SERIES("/auth/*", "404"));
    assert_int_equal(status_of("/auth/nothing", "{}"), 404);
    assert_int_equal(counted(SERIES("/auth/*", "404")), before + 1);
    assert_int_equal(counted(SERIES("none", "404")), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_logged_and_counted_once_under_its_own_route),
        cmocka_unit_test(a_fault_of_ours_is_logged_with_its_place),
        cmocka_unit_test(an_unknown_path_is_counted_under_the_route_that_passes_it_on),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
