/* /docs and its files. Whether Swagger UI is built in decides what is shown; both are readable. */
#include "authz/openapi/docs_page.h"

#include "authz/openapi/operation.h"
#include "authz/tests/flow_helper.h"

static int open_at_root(void **state) {
    return flow_world_open(state);
}

static int open_below_a_path(void **state) {
    (void)state;
    return flow_world_open_with((const char *const[]){"--issuer=https://id.example/id", NULL});
}

static struct test_request *get(const char *path, const char *accepted) {
    struct test_request *t = test_request_new("GET", path);
    if (accepted)
        test_request_header(t, "Accept-Encoding", accepted);
    test_request_send(t, flow_world()->authz->app);
    return t;
}

static bool sees(const struct test_request *t, str text) {
    return str_find_str(t->rs.body, text) < t->rs.body.n;
}

static bool has_reader(void) {
    return embedded_file_find(docs_files, docs_file_count, S("swagger-ui-bundle.js")) != NULL;
}

static void the_page_lists_every_call(void **state) {
    struct test_request *t = get("/docs", NULL);
    (void)state;
    assert_int_equal(t->rs.status, 200);
    assert_true(str_eq(test_request_answer(t, "Content-Type"), S("text/html; charset=utf-8")));
    for (size_t i = 0; i < operation_count; i++)
        if (!sees(t, str_from(operations[i].path)))
            fail_msg("%s is not listed", operations[i].path);
    assert_true(has_reader() == sees(t, S("id=\"swagger-ui\"")));
    test_request_free(t);
}

/* Nothing but what this server serves; no script or style inside the page. */
static void its_policy_lets_in_nothing_from_elsewhere(void **state) {
    struct test_request *t = get("/docs", NULL);
    str policy = test_request_answer(t, "Content-Security-Policy");
    (void)state;
    assert_true(str_starts(policy, S("default-src 'none'; script-src 'self'; style-src 'self';")));
    assert_true(str_find_str(policy, S("connect-src 'self'")) < policy.n);
    assert_true(str_find_str(policy, S("unsafe")) == policy.n);
    assert_false(sees(t, S("<style")));
    assert_false(sees(t, S("style=\"")));
    assert_false(sees(t, S("<script>")));
    test_request_free(t);
}

static void every_file_of_the_page_is_there_for_good_and_no_other(void **state) {
    struct test_request *page = get("/docs", NULL);
    str rest = page->rs.body, mark = S("/docs/assets/");
    size_t found = 0;
    (void)state;
    for (size_t at; at = str_find_str(rest, mark), at < rest.n; found++) {
        str path = str_from_pos(rest, at);
        path = str_head(path, str_find(path, '"'));
        rest = str_from_pos(rest, at + path.n);
        char target[128];
        snprintf(target, sizeof target, "%.*s", STR_FMT(path));
        struct test_request *t = get(target, "gzip");
        assert_int_equal(t->rs.status, 200);
        assert_true(str_eq(test_request_answer(t, "Cache-Control"),
                           S("public, max-age=31536000, immutable")));
        test_request_free(t);
    }
    assert_int_equal(found, has_reader() ? 4 : 1);
    test_request_free(page);
    static const char *const others[] = {"/docs/assets/docs.html", "/docs/assets/style.css",
                                         "/docs/assets/..", "/docs/assets/x"};
    for (size_t i = 0; i < COUNT(others); i++) {
        struct test_request *t = get(others[i], "gzip");
        assert_int_equal(t->rs.status, 404);
        test_request_free(t);
    }
}

static void what_is_kept_compressed_is_refused_to_whoever_cannot_read_it(void **state) {
    static const struct {
        const char *accepted;
        int status;
    } rows[] = {{NULL, 200}, {"gzip", 200},     {"br, gzip;q=0.5", 200},
                {"*", 200},  {"identity", 406}, {"gzip;q=0", 406},
                {"br", 406}};
    (void)state;
    if (!has_reader())
        return;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = get("/docs/assets/swagger-ui-bundle.js", rows[i].accepted);
        assert_int_equal(t->rs.status, rows[i].status);
        bool good = t->rs.status == 200;
        assert_true(good == str_eq(test_request_answer(t, "Content-Encoding"), S("gzip")));
        assert_true(good || sees(t, S("\"not_acceptable\"")));
        test_request_free(t);
    }
}

static void below_a_path_its_files_are_there_too(void **state) {
    struct test_request *t = get("/id/docs", NULL);
    (void)state;
    assert_int_equal(t->rs.status, 200);
    assert_true(sees(t, S("href=\"/id/docs/assets/docs.")));
    assert_true(sees(t, S("\"/id/swagger.json\"")));
    assert_false(sees(t, S("\"/docs/assets")));
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_lists_every_call),
        cmocka_unit_test(its_policy_lets_in_nothing_from_elsewhere),
        cmocka_unit_test(every_file_of_the_page_is_there_for_good_and_no_other),
        cmocka_unit_test(what_is_kept_compressed_is_refused_to_whoever_cannot_read_it),
    };
    const struct CMUnitTest below[] = {cmocka_unit_test(below_a_path_its_files_are_there_too)};
    return cmocka_run_group_tests(tests, open_at_root, flow_world_close) +
           cmocka_run_group_tests(below, open_below_a_path, flow_world_close);
}
