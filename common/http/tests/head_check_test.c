#include "common/base/testing.h"

#include "common/http/head_check.h"
#include "common/http/test_request.h"

static void targets_are_split(void **state) {
    (void)state;
    static const struct {
        const char *target, *path, *query;
    } rows[] = {
        {"/", "/", NULL},
        {"/a?b=c", "/a", "b=c"},
        {"/a?", "/a", ""},
        {"/a?b?c", "/a", "b?c"},
        {"*", "*", NULL},
        {"http://host/a?b", "/a", "b"},
        {"HTTPS://host:1/a", "/a", NULL},
        {"http://host", "/", NULL},
        {"//a", "//a", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str path, query;
        assert_ok(head_check_target(str_from(rows[i].target), &path, &query));
        assert_str(path, rows[i].path);
        assert_true(str_eq(query, str_from(rows[i].query)));
    }
}

static void other_targets_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",      "a",    "?a",    "host:443",  "/a b",
                                      "/a\tb", "/a#b", "/\x7f", "/\xc3\xa9", "ftp://host/a",
                                      "/a\x01"};
    str path, query;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(head_check_target(str_from(bad[i]), &path, &query), bad_request);
    static char longest[HEAD_URI_MAX + 1];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    assert_ok(head_check_target(str_of(longest, HEAD_URI_MAX), &path, &query));
    assert_err(head_check_target(str_of(longest, sizeof longest), &path, &query), uri_too_long);
}

struct row {
    const char *name, *value, *name2, *value2;
    const char *error;
};

static void ambiguous_heads_are_refused(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"Host", "a", NULL, NULL, "ok"},
        {"X-Any", "a", "X-Any", "b", "ok"},
        {"X-Text", "\xc3\xa9 \t~", NULL, NULL, "ok"},
        {"Transfer-Encoding", "Chunked", NULL, NULL, "ok"},
        {"Host", "a", "host", "a", "bad_request"},
        {"Content-Length", "1", "Content-Length", "1", "bad_request"},
        {"Content-Length", "1", "Transfer-Encoding", "chunked", "bad_request"},
        {"Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked", "bad_request"},
        {"Transfer-Encoding", "gzip, chunked", NULL, NULL, "not_implemented"},
        {"Transfer-Encoding", "identity", NULL, NULL, "not_implemented"},
        {"Transfer-Encoding", "", NULL, NULL, "not_implemented"},
        {"Transfer-Encoding ", "chunked", NULL, NULL, "bad_request"},
        {"Content-Type", "a/b", "Content-Type", "a/b", "bad_request"},
        {"Authorization", "Basic a", "Authorization", "Basic a", "bad_request"},
        {"", "a", NULL, NULL, "bad_request"},
        {"X(Y)", "a", NULL, NULL, "bad_request"},
        {"X\xc3\xa9", "a", NULL, NULL, "bad_request"},
        {"X", "a\rb", NULL, NULL, "bad_request"},
        {"X", "a\nb", NULL, NULL, "bad_request"},
        {"X", "a\x01", NULL, NULL, "bad_request"},
        {"X", "a\x7f", NULL, NULL, "bad_request"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/");
        test_request_header(t, rows[i].name, rows[i].value);
        if (rows[i].name2)
            test_request_header(t, rows[i].name2, rows[i].value2);
        err e = head_check_headers(&t->rq, false);
        assert_string_equal(err_name(e.code), rows[i].error);
        test_request_free(t);
    }
}

static void http_1_0_has_no_chunks(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    test_request_header(t, "Transfer-Encoding", "chunked");
    assert_err(head_check_headers(&t->rq, true), bad_request);
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_split),
        cmocka_unit_test(other_targets_are_refused),
        cmocka_unit_test(ambiguous_heads_are_refused),
        cmocka_unit_test(http_1_0_has_no_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
