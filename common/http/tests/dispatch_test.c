/* The policy of a route's row, as a caller meets it. */
#include "common/base/testing.h"

#include "common/http/rate_limit.h"
#include "common/http/test_request.h"
#include "common/ops/log.h"

static int handled;

static err answer(struct request *rq, struct response *rs) {
    (void)rq;
    handled++;
    response_json(rs, 200, S("{\"ok\":true}"));
    return OK;
}
static err conflict(struct request *rq, struct response *rs) {
    (void)rq;
    response_json(rs, 200, S("{\"half\":1}"));
    response_header(rs, "Set-Cookie", S("half=done"));
    return FAIL(conflict, "that is taken");
}
static err broken(struct request *rq, struct response *rs) {
    (void)rq;
    (void)rs;
    return FAIL(io, "the disk of machine seven is full");
}
static err no_memory(struct request *rq, struct response *rs) {
    (void)rq;
    (void)rs;
    return FAIL(no_memory, "an inner sentence");
}
static err waits(struct request *rq, struct response *rs) {
    TRY(may_block(rq));
    return answer(rq, rs);
}
static err sets_cache(struct request *rq, struct response *rs) {
    response_header(rs, "Cache-Control", S("private, max-age=7"));
    return answer(rq, rs);
}
static err admit(struct request *rq) {
    str token = request_authorization(rq, S("Bearer"));
    REQUIRE(str_present(token), unauthorized, "sign in first");
    REQUIRE(str_eq(token, S("good")), invalid_token, "the token is \"bad\"");
    return OK;
}

enum { CAP = 32 };
static const struct route routes[] = {
    {.methods = HTTP_GET,
     .path = "/open",
     .handler = answer,
     .cors = CORS_ANY,
     .cache = CACHE_5_MINUTES},
    {.methods = HTTP_GET, .path = "/two", .handler = answer},
    {.methods = HTTP_POST, .path = "/two", .handler = answer, .cors = CORS_ANY},
    {.methods = HTTP_GET, .path = "/file", .handler = answer, .cache = CACHE_IMMUTABLE},
    {.methods = HTTP_GET, .path = "/set", .handler = sets_cache, .cache = CACHE_AS_SET},
    {.methods = HTTP_POST,
     .path = "/form",
     .handler = answer,
     .body = BODY_FORM,
     .body_cap = CAP,
     .dialect = DIALECT_OAUTH},
    {.methods = HTTP_POST, .path = "/json", .handler = answer, .body = BODY_JSON, .body_cap = CAP},
    {.methods = HTTP_GET | HTTP_POST,
     .path = "/both",
     .handler = answer,
     .body = BODY_FORM | BODY_JSON,
     .body_cap = CAP},
    {.methods = HTTP_POST,
     .path = "/maybe",
     .handler = answer,
     .body = BODY_JSON | BODY_OPTIONAL,
     .body_cap = CAP},
    {.methods = HTTP_POST, .path = "/any", .handler = answer, .body = BODY_ANY, .body_cap = CAP},
    {.methods = HTTP_POST, .path = "/none", .handler = answer},
    {.methods = HTTP_GET, .path = "/me", .handler = answer, .caller = CALLER_API_BEARER},
    {.methods = HTTP_GET,
     .path = "/userinfo",
     .handler = answer,
     .caller = CALLER_OAUTH_TOKEN,
     .dialect = DIALECT_OAUTH,
     .cors = CORS_ANY},
    {.methods = HTTP_GET, .path = "/conflict", .handler = conflict, .cache = CACHE_5_MINUTES},
    {.methods = HTTP_GET, .path = "/broken", .handler = broken},
    {.methods = HTTP_GET, .path = "/no-memory", .handler = no_memory},
    {.methods = HTTP_GET, .path = "/waits", .handler = waits, .run = RUN_INLINE_FIRST},
    {.methods = HTTP_GET, .path = "/limited", .handler = answer, .rate = 2},
};

static void render(struct request *rq, err e, struct response *rs) {
    bool oauth = rq->route && rq->route->dialect == DIALECT_OAUTH;
    (oauth ? render_oauth_error : render_api_error)(rq, e, rs);
}
static void finish(struct request *rq, struct response *rs) {
    (void)rq;
    response_header_set(rs, "X-Finished", S("yes"));
}
static struct app app = {.name = "test",
                         .routes = routes,
                         .n = COUNT(routes),
                         .admit = admit,
                         .render = render,
                         .finish = finish};

/* One request and what is expected of it. */
struct row {
    const char *method, *target, *type, *body;
    int status;
    const char *answer; /* the whole body, or NULL */
};

static struct test_request *send_row(const struct row *row) {
    struct test_request *t = test_request_new(row->method, row->target);
    if (row->type)
        test_request_header(t, "Content-Type", row->type);
    if (row->body)
        test_request_body(t, NULL, row->body);
    test_request_send(t, &app);
    return t;
}

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void bodies_are_accepted_as_the_row_says(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"POST", "/form", FORM, "a=b", 200, NULL},
        {"POST", "/form", FORM "; charset=UTF-8", "a=b", 200, NULL},
        {"POST", "/form", "APPLICATION/X-WWW-FORM-URLENCODED", "a=b", 200, NULL},
        {"POST", "/form", FORM, NULL, 200, NULL},
        {"POST", "/form", JSON, "{}", 415,
         "{\"error\":\"invalid_request\",\"error_description\":\"the body must be "
         "application/x-www-form-urlencoded\"}"},
        {"POST", "/form", NULL, "a=b", 415, NULL},
        {"POST", "/form", NULL, NULL, 400, NULL},
        {"POST", "/form", FORM, LONG, 413, NULL},
        {"POST", "/json", JSON, "{}", 200, NULL},
        {"POST", "/json", FORM, "a=b", 415,
         "{\"error\":\"the body must be application/json\",\"code\":\"unsupported_media_type\"}"},
        {"POST", "/json", "application/jsonx", "{}", 415, NULL},
        {"POST", "/json", "text/plain", "{}", 415, NULL},
        {"POST", "/json", "", "{}", 415, NULL},
        {"POST", "/both", "text/plain", "x", 415,
         "{\"error\":\"the body must be application/x-www-form-urlencoded or "
         "application/json\",\"code\":\"unsupported_media_type\"}"},
        {"POST", "/both", JSON, "{}", 200, NULL},
        {"GET", "/both", NULL, NULL, 200, NULL},
        {"GET", "/both", JSON, "{}", 400, NULL},
        {"POST", "/maybe", NULL, NULL, 200, NULL},
        {"POST", "/maybe", JSON, "{}", 200, NULL},
        {"POST", "/maybe", FORM, NULL, 200, NULL},
        {"POST", "/maybe", NULL, "{}", 415, NULL},
        {"POST", "/any", NULL, "x", 200, NULL},
        {"POST", "/any", "image/png", "x", 200, NULL},
        {"POST", "/any", NULL, LONG, 413, NULL},
        {"POST", "/none", NULL, NULL, 200, NULL},
        {"POST", "/none", JSON, "{}", 400, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int before = handled;
        struct test_request *t = send_row(&rows[i]);
        assert_int_equal(t->rs.status, rows[i].status);
        assert_int_equal(handled - before, rows[i].status == 200);
        if (rows[i].answer)
            assert_str(t->rs.body, rows[i].answer);
        test_request_free(t);
    }
}

static void declared_length_is_refused_before_the_body_comes(void **state) {
    (void)state;
    static const struct {
        const char *length;
        int status;
    } rows[] = {{"32", 200}, {"33", 413}, {"99999999999999999999", 400}, {"x", 400}, {"-1", 400}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/json");
        test_request_header(t, "Content-Type", JSON);
        test_request_header(t, "Content-Length", rows[i].length);
        assert_int_equal(dispatch_begin(&app, &t->rq, &t->rs), rows[i].status == 200);
        assert_int_equal(t->rs.status, rows[i].status);
        test_request_free(t);
    }
}

static void repeated_content_type_is_refused(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/json");
    test_request_header(t, "Content-Type", JSON);
    test_request_header(t, "Content-Type", FORM);
    test_request_body(t, NULL, "{}");
    test_request_send(t, &app);
    assert_int_equal(t->rs.status, 400);
    test_request_free(t);
}

struct challenge_row {
    const char *target, *authorization;
    int status;
    const char *challenge;
};

static void callers_prove_themselves_or_are_challenged(void **state) {
    (void)state;
    static const struct challenge_row rows[] = {
        {"/me", NULL, 401, "Bearer realm=\"hitkey\""},
        {"/me", "Bearer good", 200, NULL},
        {"/me", "Bearer bad", 401,
         "Bearer realm=\"hitkey\", error=\"invalid_token\", "
         "error_description=\"the token is 'bad'\""},
        {"/userinfo", NULL, 401, "Bearer realm=\"hitkey\""},
        {"/userinfo", "Bearer good", 200, NULL},
        {"/userinfo", "Basic good", 401, "Bearer realm=\"hitkey\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", rows[i].target);
        if (rows[i].authorization)
            test_request_header(t, "Authorization", rows[i].authorization);
        test_request_send(t, &app);
        assert_int_equal(t->rs.status, rows[i].status);
        str challenge = test_request_answer(t, "WWW-Authenticate");
        assert_true(str_eq(challenge, str_from(rows[i].challenge)));
        test_request_free(t);
    }
}

static void answers_carry_the_headers_of_their_policy(void **state) {
    (void)state;
    static const struct {
        const char *target, *name, *value;
    } rows[] = {
        {"/open", "Cache-Control", "public, max-age=300"},
        {"/open", "Access-Control-Allow-Origin", "*"},
        {"/open", "X-Content-Type-Options", "nosniff"},
        {"/open", "Referrer-Policy", "no-referrer"},
        {"/open", "Strict-Transport-Security", "max-age=31536000"},
        {"/open", "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"/open", "X-Request-Id", "test"},
        {"/open", "X-Finished", "yes"},
        {"/open", "Pragma", NULL},
        {"/file", "Cache-Control", "public, max-age=31536000, immutable"},
        {"/file", "Access-Control-Allow-Origin", NULL},
        {"/set", "Cache-Control", "private, max-age=7"},
        {"/me", "Cache-Control", "no-store"},
        {"/userinfo", "Cache-Control", "no-store"},
        {"/userinfo", "Pragma", "no-cache"},
        {"/userinfo", "Access-Control-Expose-Headers",
         "WWW-Authenticate, Retry-After, X-Request-Id"},
        {"/conflict", "Cache-Control", "no-store"},
        {"/conflict", "Set-Cookie", NULL},
        {"/nothing", "Cache-Control", "no-store"},
        {"/nothing", "X-Content-Type-Options", "nosniff"},
        {"/nothing", "X-Finished", "yes"},
        {"/broken", "Retry-After", NULL},
        {"/no-memory", "Retry-After", "1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", rows[i].target);
        test_request_send(t, &app);
        assert_true(str_eq(test_request_answer(t, rows[i].name), str_from(rows[i].value)));
        test_request_free(t);
    }
}

static void plain_http_promises_no_tls(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/open");
    t->rq.secure = false;
    test_request_send(t, &app);
    assert_false(str_present(test_request_answer(t, "Strict-Transport-Security")));
    test_request_free(t);
}

static void errors_say_nothing_of_our_insides(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"GET", "/broken", NULL, NULL, 500,
         "{\"error\":\"Something went wrong on our side\",\"code\":\"internal\"}"},
        {"GET", "/no-memory", NULL, NULL, 503,
         "{\"error\":\"The server is busy, try again\",\"code\":\"overloaded\"}"},
        {"GET", "/conflict", NULL, NULL, 409,
         "{\"error\":\"that is taken\",\"code\":\"conflict\"}"},
        {"GET", "/nothing", NULL, NULL, 404,
         "{\"error\":\"there is nothing at this address\",\"code\":\"not_found\"}"},
        {"POST", "/open", NULL, NULL, 405,
         "{\"error\":\"this address does not take that method\","
         "\"code\":\"method_not_allowed\"}"},
        {"BREW", "/open", NULL, NULL, 501, NULL},
        {"BREW", "/nothing", NULL, NULL, 404, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = send_row(&rows[i]);
        assert_int_equal(t->rs.status, rows[i].status);
        if (rows[i].answer)
            assert_str(t->rs.body, rows[i].answer);
        test_request_free(t);
    }
}

static void preflight_opens_only_open_routes(void **state) {
    (void)state;
    static const struct {
        const char *target, *origin, *wanted, *methods;
    } rows[] = {
        {"/open", "https://app.example", "GET", "GET, HEAD, OPTIONS"},
        {"/open", "https://app.example", NULL, "GET, HEAD, OPTIONS"},
        {"/open", NULL, NULL, NULL},
        {"/json", "https://app.example", "POST", NULL},
        {"/two", "https://app.example", "POST", "GET, HEAD, POST, OPTIONS"},
        {"/two", "https://app.example", "GET", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("OPTIONS", rows[i].target);
        if (rows[i].origin)
            test_request_header(t, "Origin", rows[i].origin);
        if (rows[i].wanted)
            test_request_header(t, "Access-Control-Request-Method", rows[i].wanted);
        test_request_send(t, &app);
        assert_int_equal(t->rs.status, 204);
        assert_true(str_present(test_request_answer(t, "Allow")));
        str methods = test_request_answer(t, "Access-Control-Allow-Methods");
        assert_true(str_eq(methods, str_from(rows[i].methods)));
        assert_false(str_present(test_request_answer(t, "Access-Control-Allow-Credentials")));
        test_request_free(t);
    }
}

static void waiting_handler_is_sent_to_a_worker(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/waits");
    t->rq.may_block = false;
    assert_true(dispatch_begin(&app, &t->rq, &t->rs));
    assert_false(dispatch_found(&t->rq, &t->rs));
    t->rq.may_block = true;
    assert_true(dispatch_found(&t->rq, &t->rs));
    assert_int_equal(t->rs.status, 200);
    test_request_free(t);
}

static void waiting_where_nothing_may_wait_is_our_error(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/waits");
    t->rq.may_block = false;
    test_request_send(t, &app);
    assert_int_equal(t->rs.status, 500);
    test_request_free(t);
}

static int limited(const char *remote, bool trusted) {
    struct test_request *t = test_request_new("GET", "/limited");
    t->rq.remote = str_from(remote);
    t->rq.trusted = trusted;
    test_request_send(t, &app);
    int status = t->rs.status;
    str after = test_request_answer(t, "Retry-After");
    assert_true(status == 200 || str_eq(after, S("30")));
    test_request_free(t);
    return status;
}

static void rate_limit_comes_first_and_tells_when(void **state) {
    (void)state;
    assert_ok(rate_limiter_new(64, &app.limiter));
    assert_int_equal(limited("192.0.2.1", false), 200);
    assert_int_equal(limited("192.0.2.1", false), 200);
    assert_int_equal(limited("192.0.2.1", false), 429);
    assert_int_equal(limited("192.0.2.2", false), 200);
    assert_int_equal(limited("192.0.2.1", true), 200);
    rate_limiter_free(app.limiter);
    app.limiter = NULL;
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_accepted_as_the_row_says),
        cmocka_unit_test(declared_length_is_refused_before_the_body_comes),
        cmocka_unit_test(repeated_content_type_is_refused),
        cmocka_unit_test(callers_prove_themselves_or_are_challenged),
        cmocka_unit_test(answers_carry_the_headers_of_their_policy),
        cmocka_unit_test(plain_http_promises_no_tls),
        cmocka_unit_test(errors_say_nothing_of_our_insides),
        cmocka_unit_test(preflight_opens_only_open_routes),
        cmocka_unit_test(waiting_handler_is_sent_to_a_worker),
        cmocka_unit_test(waiting_where_nothing_may_wait_is_our_error),
        cmocka_unit_test(rate_limit_comes_first_and_tells_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
