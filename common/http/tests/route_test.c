#include "common/base/testing.h"

#include "common/http/test_request.h"
#include "common/ops/log.h"

static err nothing(struct request *rq, struct response *rs) {
    (void)rq;
    response_json(rs, 200, S("{}"));
    return OK;
}

static const struct route routes[] = {
    {.methods = HTTP_GET, .path = "/", .handler = nothing},
    {.methods = HTTP_GET | HTTP_POST, .path = "/projects/", .handler = nothing},
    {.methods = HTTP_GET, .path = "/projects/search", .handler = nothing},
    {.methods = HTTP_GET | HTTP_PATCH | HTTP_DELETE, .path = "/projects/:slug", .handler = nothing},
    {.methods = HTTP_GET, .path = "/docs/*", .handler = nothing},
    {.methods = HTTP_GET, .path = "/docs/index", .handler = nothing},
    {.methods = HTTP_POST, .path = "/projects/:slug/members/:id", .handler = nothing},
    {.methods = HTTP_PUT, .path = "/projects/:slug", .handler = nothing},
};
static const struct app app = {.name = "test", .routes = routes, .n = COUNT(routes)};

static err find(struct test_request *t, str *allow) {
    return route_find(&app, &t->rq, allow);
}

struct found {
    const char *method, *target, *route, *arg0, *arg1;
};

static void paths_find_their_rows(void **state) {
    (void)state;
    static const struct found rows[] = {
        {"GET", "/", "/", NULL, NULL},
        {"GET", "/?client_id=a", "/", NULL, NULL},
        {"GET", "/projects", "/projects/", NULL, NULL},
        {"POST", "/projects/", "/projects/", NULL, NULL},
        {"GET", "/projects/search", "/projects/search", NULL, NULL},
        {"GET", "/projects/search/", "/projects/search", NULL, NULL},
        {"GET", "/projects/searching", "/projects/:slug", "searching", NULL},
        {"PATCH", "/projects/search", "/projects/:slug", "search", NULL},
        {"GET", "/projects/a%20b%2Fc/", "/projects/:slug", "a b/c", NULL},
        {"PUT", "/projects/x", "/projects/:slug", "x", NULL},
        {"POST", "/projects/x/members/7", "/projects/:slug/members/:id", "x", "7"},
        {"HEAD", "/projects/x", "/projects/:slug", "x", NULL},
        {"GET", "/docs", "/docs/*", "", NULL},
        {"GET", "/docs/", "/docs/*", "", NULL},
        {"GET", "/docs/a/b%2e", "/docs/*", "a/b.", NULL},
        {"GET", "/docs/index", "/docs/index", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new(rows[i].method, rows[i].target);
        str allow;
        assert_ok(find(t, &allow));
        assert_string_equal(t->rq.route->path, rows[i].route);
        assert_true(str_eq(t->rq.args[0], str_from(rows[i].arg0)));
        assert_true(str_eq(t->rq.args[1], str_from(rows[i].arg1)));
        test_request_free(t);
    }
}

static void unlisted_paths_are_not_found(void **state) {
    (void)state;
    static const char *const targets[] = {
        "/nothing",   "/project",  "/projectsx",    "/projects//",
        "//projects", "/PROJECTS", "/projects/x/y", "/projects/x/members",
        "*",          "/doc",      "/docsx",        "projects"};
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct test_request *t = test_request_new("GET", targets[i]);
        str allow;
        assert_err(find(t, &allow), not_found);
        assert_null(t->rq.route);
        test_request_free(t);
    }
}

static void bad_escapes_in_a_parameter_are_refused(void **state) {
    (void)state;
    static const char *const targets[] = {"/projects/%", "/projects/%zz", "/projects/%00",
                                          "/projects/%ff", "/docs/%c0%af"};
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct test_request *t = test_request_new("GET", targets[i]);
        str allow;
        assert_err(find(t, &allow), bad_request);
        test_request_free(t);
    }
}

static void other_methods_are_told_what_is_allowed(void **state) {
    (void)state;
    static const struct {
        const char *method, *target, *allow;
    } rows[] = {
        {"DELETE", "/", "GET, HEAD, OPTIONS"},
        {"PUT", "/projects", "GET, HEAD, POST, OPTIONS"},
        {"POST", "/projects/x", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
        {"GET", "/projects/x/members/1", "POST, OPTIONS"},
        {"POST", "/docs/x", "GET, HEAD, OPTIONS"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new(rows[i].method, rows[i].target);
        test_request_send(t, &app);
        assert_int_equal(t->rs.status, 405);
        assert_str(test_request_answer(t, "Allow"), rows[i].allow);
        test_request_free(t);
    }
}

/* An issuer may have a path (RFC 8414 2); a proxy may take it off, or leave it. */
static void a_base_stands_before_every_path_or_is_gone(void **state) {
    (void)state;
    static const struct {
        const char *target, *route;
    } rows[] = {
        {"/id", "/"},
        {"/id/", "/"},
        {"/id?x=1", "/"},
        {"/", "/"},
        {"/id/projects/search", "/projects/search"},
        {"/projects/search", "/projects/search"},
        {"/idx/projects/search", NULL},
        {"/id/id/projects/search", NULL},
        {"/ID/projects/search", NULL},
    };
    struct app based = app;
    based.base = S("/id");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", rows[i].target);
        str allow;
        err e = route_find(&based, &t->rq, &allow);
        assert_int_equal(failed(e), rows[i].route == NULL);
        if (rows[i].route)
            assert_string_equal(t->rq.route->path, rows[i].route);
        test_request_free(t);
    }
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_rows),
        cmocka_unit_test(unlisted_paths_are_not_found),
        cmocka_unit_test(bad_escapes_in_a_parameter_are_refused),
        cmocka_unit_test(other_methods_are_told_what_is_allowed),
        cmocka_unit_test(a_base_stands_before_every_path_or_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
