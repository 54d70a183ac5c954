#include "common/base/testing.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/http/test_request.h"

struct value_row {
    const char *header, *name, *expected; /* expected NULL: absent */
};

static void cookies_are_found_by_name(void **state) {
    (void)state;
    static const struct value_row rows[] = {
        {"a=1", "a", "1"},      {"a=1; b=2", "b", "2"}, {"a=1;b=2", "b", "2"},
        {"a=1; a=2", "a", "1"}, {"a=x=y", "a", "x=y"},  {"a=", "a", ""},
        {"", "a", NULL},        {"a", "a", NULL},       {"A=1", "a", NULL},
        {"ba=1", "a", NULL},    {"a =1", "a", NULL},    {"; ;=;a=1", "a", "1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", "/");
        test_request_header(t, "cookie", rows[i].header);
        str value = request_cookie(&t->rq, str_from(rows[i].name));
        assert_true(str_eq(value, str_from(rows[i].expected)));
        test_request_free(t);
    }
}

static void second_cookie_header_counts_too(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/");
    test_request_header(t, "Cookie", "a=1");
    test_request_header(t, "Cookie", "b=2");
    assert_str(request_cookie(&t->rq, S("b")), "2");
    test_request_free(t);
}

static void authorization_needs_scheme_blank_and_one_token(void **state) {
    (void)state;
    static const struct value_row rows[] = {
        {"Bearer abc", "Bearer", "abc"},
        {"bearer abc", "Bearer", "abc"},
        {"BEARER   abc  ", "Bearer", "abc"},
        {"Basic YTpi", "Basic", "YTpi"},
        {"Basic YTpi", "Bearer", NULL},
        {"Bearer", "Bearer", NULL},
        {"Bearer ", "Bearer", NULL},
        {"Bearerabc", "Bearer", NULL},
        {"Bearer a b", "Bearer", NULL},
        {"Bearer\tabc", "Bearer", NULL},
        {"Bearer a\x7f", "Bearer", NULL},
        {"Bearer \xc3\xa9", "Bearer", NULL},
        {"", "Bearer", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", "/");
        test_request_header(t, "Authorization", rows[i].header);
        str token = request_authorization(&t->rq, str_from(rows[i].name));
        assert_true(str_eq(token, str_from(rows[i].expected)));
        test_request_free(t);
    }
}

static void repeated_authorization_is_none(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/");
    test_request_header(t, "Authorization", "Bearer a");
    test_request_header(t, "authorization", "Bearer b");
    assert_true(request_header_repeated(&t->rq, S("Authorization")));
    assert_false(str_present(request_authorization(&t->rq, S("Bearer"))));
    test_request_free(t);
}

static void media_type_comes_without_parameters(void **state) {
    (void)state;
    static const struct value_row rows[] = {
        {"application/json", "", "application/json"},
        {"application/json; charset=utf-8", "", "application/json"},
        {" text/plain ;x", "", "text/plain"},
        {"", "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/");
        test_request_header(t, "Content-Type", rows[i].header);
        assert_str(request_media_type(&t->rq), rows[i].expected);
        test_request_free(t);
    }
}

static void absent_headers_are_absent(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/");
    assert_false(str_present(request_header(&t->rq, S("Host"))));
    assert_false(str_present(request_media_type(&t->rq)));
    assert_false(str_present(request_cookie(&t->rq, S("a"))));
    assert_false(str_present(request_authorization(&t->rq, S("Bearer"))));
    test_request_free(t);
}

static void field_errors_have_a_bound(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    for (int i = 0; i < REQUEST_MAX_FIELD_ERRORS + 5; i++)
        assert_err(request_field_error(&t->rq, "email", "required", "text"), validation);
    assert_int_equal(t->rq.field_error_count, REQUEST_MAX_FIELD_ERRORS);
    test_request_free(t);
}

static void answer_headers_are_added_and_replaced(void **state) {
    (void)state;
    struct response rs = {.status = 200};
    response_header(&rs, "Set-Cookie", S("a=1"));
    response_header(&rs, "Set-Cookie", S("b=2"));
    response_json(&rs, 201, S("{}"));
    response_header_set(&rs, "content-type", S("text/html"));
    assert_int_equal(rs.header_count, 3);
    assert_str(response_header_get(&rs, S("Content-Type")), "text/html");
    response_redirect(&rs, S("/next"));
    assert_int_equal(rs.status, 303);
    assert_str(response_header_get(&rs, S("location")), "/next");
    assert_false(str_present(response_header_get(&rs, S("X-None"))));
}

/* Whether a process that sets this header lives on. */
static bool header_is_set(str value) {
    pid_t child = fork();
    if (child == 0) {
        struct response rs = {.status = 200};
        fclose(stderr);
        response_header(&rs, "Location", value);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void line_breaks_in_an_answer_header_are_our_bug(void **state) {
    (void)state;
    assert_true(header_is_set(S("https://a/?b")));
    assert_true(header_is_set(S("")));
    assert_false(header_is_set(S("https://a/\r\nSet-Cookie: x=y")));
    assert_false(header_is_set(S("a\rb")));
    assert_false(header_is_set(S("a\nb")));
    assert_false(header_is_set(str_of("a\0b", 3)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_are_found_by_name),
        cmocka_unit_test(second_cookie_header_counts_too),
        cmocka_unit_test(authorization_needs_scheme_blank_and_one_token),
        cmocka_unit_test(repeated_authorization_is_none),
        cmocka_unit_test(media_type_comes_without_parameters),
        cmocka_unit_test(absent_headers_are_absent),
        cmocka_unit_test(field_errors_have_a_bound),
        cmocka_unit_test(answer_headers_are_added_and_replaced),
        cmocka_unit_test(line_breaks_in_an_answer_header_are_our_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
