#include "common/base/testing.h"

#include "common/http/test_request.h"

static const struct route token_route = {.path = "/oauth/token", .dialect = DIALECT_OAUTH};
static const struct route resource = {
    .path = "/oauth/userinfo", .caller = CALLER_OAUTH_TOKEN, .dialect = DIALECT_OAUTH};

struct row {
    err e;
    const struct route *route;
    int status;
    const char *body, *challenge, *retry_after;
};
#define E_INIT(code, why)                                                                          \
    { E_##code, why, "file.c:1" }

static void oauth_errors_have_names_that_clients_know(void **state) {
    (void)state;
    static const struct row rows[] = {
        {E_INIT(invalid_grant, "the code has expired"), &token_route, 400,
         "{\"error\":\"invalid_grant\",\"error_description\":\"the code has expired\"}", NULL,
         NULL},
        {E_INIT(invalid_client, "the secret is wrong"), &token_route, 401,
         "{\"error\":\"invalid_client\",\"error_description\":\"the secret is wrong\"}",
         "Basic realm=\"hitkey\"", NULL},
        {E_INIT(bad_request, "bad"), &token_route, 400,
         "{\"error\":\"invalid_request\",\"error_description\":\"bad\"}", NULL, NULL},
        {E_INIT(too_many_requests, "slow down"), &token_route, 429,
         "{\"error\":\"temporarily_unavailable\",\"error_description\":\"slow down\"}", NULL, "7"},
        {E_INIT(io, "disk"), &token_route, 500,
         "{\"error\":\"server_error\",\"error_description\":\"Something went wrong on our side\"}",
         NULL, NULL},
        {E_INIT(busy, "database"), &token_route, 503,
         "{\"error\":\"temporarily_unavailable\",\"error_description\":\"The server is busy, try "
         "again\"}",
         NULL, "1"},
        {E_INIT(invalid_token, "it has \"expired\\\""), &resource, 401,
         "{\"error\":\"invalid_token\",\"error_description\":\"it has \\\"expired\\\\\\\"\"}",
         "Bearer realm=\"hitkey\", error=\"invalid_token\", "
         "error_description=\"it has 'expired''\"",
         NULL},
        {E_INIT(insufficient_scope, "openid is needed"), &resource, 403,
         "{\"error\":\"insufficient_scope\",\"error_description\":\"openid is needed\"}",
         "Bearer realm=\"hitkey\", error=\"insufficient_scope\", "
         "error_description=\"openid is needed\"",
         NULL},
        {E_INIT(bad_request, "two tokens"), &resource, 400,
         "{\"error\":\"invalid_request\",\"error_description\":\"two tokens\"}",
         "Bearer realm=\"hitkey\", error=\"invalid_request\", error_description=\"two tokens\"",
         NULL},
        {E_INIT(unauthorized, "no token"), &resource, 401,
         "{\"error\":\"unauthorized\",\"error_description\":\"no token\"}",
         "Bearer realm=\"hitkey\"", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/");
        t->rq.route = rows[i].route;
        t->rq.retry_after_s = 7;
        render_oauth_error(&t->rq, rows[i].e, &t->rs);
        assert_int_equal(t->rs.status, rows[i].status);
        assert_str(t->rs.body, rows[i].body);
        assert_true(
            str_eq(test_request_answer(t, "WWW-Authenticate"), str_from(rows[i].challenge)));
        assert_true(str_eq(test_request_answer(t, "Retry-After"), str_from(rows[i].retry_after)));
        test_request_free(t);
    }
}

static void api_errors_are_error_and_code(void **state) {
    (void)state;
    static const struct row rows[] = {
        {E_INIT(INVALID_CREDENTIALS, "Wrong e-mail or password"), NULL, 401,
         "{\"error\":\"Wrong e-mail or password\",\"code\":\"INVALID_CREDENTIALS\"}",
         "Bearer realm=\"hitkey\"", NULL},
        {E_INIT(COOLDOWN, "Wait"), NULL, 429, "{\"error\":\"Wait\",\"code\":\"COOLDOWN\"}", NULL,
         "7"},
        {E_INIT(validation, "some fields"), NULL, 422,
         "{\"error\":\"some fields\",\"code\":\"validation\"}", NULL, NULL},
        {E_INIT(schema_newer, "table x"), NULL, 500,
         "{\"error\":\"Something went wrong on our side\",\"code\":\"internal\"}", NULL, NULL},
        {E_INIT(defer, "x"), NULL, 500,
         "{\"error\":\"Something went wrong on our side\",\"code\":\"internal\"}", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/");
        t->rq.retry_after_s = 7;
        render_api_error(&t->rq, rows[i].e, &t->rs);
        assert_int_equal(t->rs.status, rows[i].status);
        assert_str(t->rs.body, rows[i].body);
        assert_true(
            str_eq(test_request_answer(t, "WWW-Authenticate"), str_from(rows[i].challenge)));
        assert_true(str_eq(test_request_answer(t, "Retry-After"), str_from(rows[i].retry_after)));
        test_request_free(t);
    }
}

static void field_errors_are_an_array(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    err e = request_field_error(&t->rq, "email", "required", "The email field must be defined");
    e = request_field_error(&t->rq, "code", "regex", "The \"code\" is bad");
    render_api_error(&t->rq, e, &t->rs);
    assert_int_equal(t->rs.status, 422);
    assert_str(t->rs.body,
               "{\"errors\":[{\"message\":\"The email field must be defined\","
               "\"rule\":\"required\",\"field\":\"email\"},{\"message\":\"The \\\"code\\\" is "
               "bad\",\"rule\":\"regex\",\"field\":\"code\"}]}");
    test_request_free(t);
}

static void exhausted_arena_still_answers(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/");
    arena_free(t->rq.arena);
    t->rq.arena = arena_new(16);
    render_api_error(&t->rq, FAIL(invalid_token, "x"), &t->rs);
    assert_int_equal(t->rs.status, 401);
    assert_str(t->rs.body, "{\"error\":\"The server is busy, try again\",\"code\":\"overloaded\"}");
    assert_str(test_request_answer(t, "WWW-Authenticate"), "Bearer realm=\"hitkey\"");
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oauth_errors_have_names_that_clients_know),
        cmocka_unit_test(api_errors_are_error_and_code),
        cmocka_unit_test(field_errors_are_an_array),
        cmocka_unit_test(exhausted_arena_still_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
