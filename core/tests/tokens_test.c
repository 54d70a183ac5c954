/* API tokens: Bearer, POST /auth/token/refresh, POST /auth/logout, GET /internal/bearer. */
#include "core_helper.h"

#include "common/http/test_request.h"

static const char refresh[] = "/auth/token/refresh";

static struct answer logged_in(void) {
    return POST("/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL));
}

static void bearer_calls_without_a_good_token_are_401(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"POST", "/auth/logout"},   {"GET", "/auth/me"},          {"GET", "/auth/2fa/setup"},
        {"PATCH", "/auth/profile"}, {"POST", "/auth/2fa/enable"}, {"POST", "/auth/2fa/disable"}};
    static const char *const bearers[] = {NULL, "hitkey_nobody", "eyJhbGciOiJub25lIn0.e30.", "x"};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(bearers); k++) {
            const char *text = strcmp(rows[i][0], "GET") == 0 ? NULL : "{\"code\":\"1\"}";
            expect(401, "unauthorized", call(rows[i][0], rows[i][1], bearers[k], text));
        }
}

static void token_lives_one_hour(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    now_ms += 3600 * 1000 - 1;
    expect(200, NULL, GET("/auth/me", token));
    now_ms += 1;
    expect(401, NULL, GET("/auth/me", token));
    free(token);
}

static void token_survives_a_restart(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    core_helper_restart();
    expect(200, NULL, GET("/auth/me", token));
    free(token);
}

static void token_is_not_in_the_database(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), command[512];
    struct answer answer = logged_in();
    snprintf(command, sizeof command, "grep -qaF -e '%s' -e '%s' -e '%s' %s*", token + 7,
             json_string_value(json_object_get(answer.json, "refresh_token")), RIVER,
             core_helper_db());
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof command, "grep -qaF ada@example.com %s*", core_helper_db());
    assert_int_equal(system(command), 0); /* grep does find what is there */
    done(answer);
    free(token);
}

static void refresh_is_422_without_a_token(void **state) {
    (void)state;
    expect(422, NULL, POST(refresh, NULL, "{}"));
    expect(422, NULL, POST(refresh, NULL, "{\"refresh_token\":1}"));
}

static void refresh_with_an_unknown_token_is_401(void **state) {
    (void)state;
    expect(401, NULL, POST(refresh, NULL, "{\"refresh_token\":\"00ff\"}"));
}

static void refresh_with_an_access_token_is_401(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(401, NULL, POST(refresh, NULL, body("refresh_token", token, NULL)));
    free(token);
}

static void refresh_rotates(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    struct answer first = logged_in();
    char *old = strdup(json_string_value(json_object_get(first.json, "token")));
    const char *old_refresh = json_string_value(json_object_get(first.json, "refresh_token"));
    now_ms += 1000;
    struct answer second = POST(refresh, NULL, body("refresh_token", old_refresh, NULL));
    assert_int_equal(second.status, 200);
    const char *token = json_string_value(json_object_get(second.json, "token"));
    const char *next = json_string_value(json_object_get(second.json, "refresh_token"));
    assert_string_not_equal(next, old_refresh);
    assert_string_not_equal(token, old);
    assert_int_equal(json_integer_value(json_object_get(second.json, "expires_in")), 3600);
    expect(200, NULL, GET("/auth/me", token));
    expect(200, NULL, GET("/auth/me", old)); /* its hour is not over */
    expect(200, NULL, POST(refresh, NULL, body("refresh_token", next, NULL)));
    done(first);
    done(second);
    free(old);
}

static void second_use_of_a_refresh_token_ends_its_family_alone(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    char *other = member(logged_in(), "token");
    char *stolen = member(logged_in(), "refresh_token");
    struct answer next = POST(refresh, NULL, body("refresh_token", stolen, NULL));
    const char *token = json_string_value(json_object_get(next.json, "token"));
    expect(200, NULL, GET("/auth/me", token));
    expect(401, NULL, POST(refresh, NULL, body("refresh_token", stolen, NULL)));
    core_helper_restart(); /* durably */
    expect(401, NULL, GET("/auth/me", token));
    const char *successor = json_string_value(json_object_get(next.json, "refresh_token"));
    expect(401, NULL, POST(refresh, NULL, body("refresh_token", successor, NULL)));
    expect(200, NULL, GET("/auth/me", other));
    done(next);
    free(stolen);
    free(other);
}

static void refresh_token_expires(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    char *token = member(logged_in(), "refresh_token");
    now_ms += INT64_C(30) * 24 * 3600 * 1000;
    expect(401, NULL, POST(refresh, NULL, body("refresh_token", token, NULL)));
    free(token);
}

static void logout_ends_this_sign_in_alone(void **state) {
    (void)state;
    char *other = registered("ada@example.com");
    struct answer answer = logged_in();
    const char *token = json_string_value(json_object_get(answer.json, "token"));
    const char *refresh_token = json_string_value(json_object_get(answer.json, "refresh_token"));
    struct answer out = POST("/auth/logout", token, NULL);
    assert_true(json_is_string(json_object_get(out.json, "message")));
    expect(200, NULL, out);
    expect(401, NULL, GET("/auth/me", token));
    expect(401, NULL, POST("/auth/logout", token, NULL));
    expect(401, NULL, POST(refresh, NULL, body("refresh_token", refresh_token, NULL)));
    expect(200, NULL, GET("/auth/me", other));
    done(answer);
    free(other);
}

/* --- for services ----------------------------------------------------------------------------- */

static void service_learns_who_holds_a_token(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    char *id = member(GET("/auth/me", token), "id");
    now_ms += 5000;
    struct answer answer = GET("/internal/bearer", token);
    assert_int_equal(answer.status, 200);
    assert_string_equal(json_string_value(json_object_get(answer.json, "user_id")), id);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "signed_in_ms")),
                     INT64_C(1000) * TEST_REQUEST_NOW_S);
    done(answer);
    expect(401, NULL, GET("/internal/bearer", "hitkey_nobody"));
    expect(401, NULL, GET("/internal/bearer", NULL));
    free(id);
    free(token);
}

static int from_a_socket(const char *method, const char *path, const char *authorization,
                         const char *api_token) {
    struct test_request *t = test_request_new(method, path);
    test_request_header(t, "Authorization", authorization);
    if (api_token)
        test_request_header(t, "X-Api-Token", api_token);
    if (strcmp(method, "POST") == 0)
        test_request_body(t, "application/json", "{}");
    t->rq.now_ms = now_ms;
    core_call(core, &t->rq, &t->rs);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

static void strangers_do_not_even_see_internal_calls(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"POST", "/internal/sign-in"},  {"POST", "/internal/second-factor"},
        {"POST", "/internal/register"}, {"POST", "/internal/register/verify"},
        {"GET", "/internal/bearer"},    {"GET", "/internal/users/x"}};
    static const char *const credentials[] = {"Bearer", "Bearer x", "Bearer the-servicf",
                                              "Basic the-service"};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(credentials); k++)
            assert_int_equal(from_a_socket(rows[i][0], rows[i][1], credentials[k], NULL), 404);
}

/* The header of the answer to a wrong password. */
static bool is_told_what_happened(const char *name, const char *value) {
    struct test_request *t = test_request_new("POST", "/auth/login");
    if (name)
        test_request_header(t, name, value);
    test_request_body(t, "application/json",
                      body("email", "ada@example.com", "password", "wrong", NULL));
    t->rq.now_ms = now_ms;
    core_call(core, &t->rq, &t->rs);
    assert_int_equal(t->rs.status, 401);
    str told = test_request_answer(t, "X-Account-Event");
    bool is_told = str_present(told);
    assert_true(!is_told || (str_starts(told, S("sign_in_failed ")) && told.n == 15 + 36));
    test_request_free(t);
    return is_told;
}

/* It tells whose the address is, and that it is somebody's. */
static void what_happened_is_for_the_service_alone(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    assert_true(is_told_what_happened("X-Service-Credential", "the-service"));
    assert_true(is_told_what_happened("Authorization", "Bearer the-service"));
    assert_false(is_told_what_happened("X-Service-Credential", "the-servicf"));
    assert_false(is_told_what_happened("X-Service-Credential", ""));
    assert_false(is_told_what_happened(NULL, NULL));
}

static void service_credential_admits(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    assert_int_equal(from_a_socket("POST", "/internal/sign-in", "Bearer the-service", NULL), 422);
    assert_int_equal(from_a_socket("GET", "/internal/bearer", "Bearer the-service", token), 200);
    assert_int_equal(from_a_socket("GET", "/internal/bearer", "Bearer the-service", NULL), 401);
    free(token);
}

static void a_call_leaves_the_callers_route_alone(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/internal/users/nobody");
    t->rq.trusted = true;
    core_call(core, &t->rq, &t->rs);
    assert_int_equal(t->rs.status, 404);
    assert_null(t->rq.route);
    assert_null(t->rq.app);
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(bearer_calls_without_a_good_token_are_401),
        CASE(token_lives_one_hour),
        CASE(token_survives_a_restart),
        CASE(token_is_not_in_the_database),
        CASE(refresh_is_422_without_a_token),
        CASE(refresh_with_an_unknown_token_is_401),
        CASE(refresh_with_an_access_token_is_401),
        CASE(refresh_rotates),
        CASE(second_use_of_a_refresh_token_ends_its_family_alone),
        CASE(refresh_token_expires),
        CASE(logout_ends_this_sign_in_alone),
        CASE(service_learns_who_holds_a_token),
        CASE(strangers_do_not_even_see_internal_calls),
        CASE(what_happened_is_for_the_service_alone),
        CASE(service_credential_admits),
        CASE(a_call_leaves_the_callers_route_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
