/* hk_device_start and hk_device_poll (RFC 8628). */
#include "rp/tests/sign_in_helper.h"

#define DEVICE_URL   ISSUER "/device"
#define TOKEN_URL    ISSUER "/token"
#define USERINFO_URL ISSUER "/userinfo"
#define ANSWER(more)                                                                               \
    "{\"device_code\":\"dc\",\"user_code\":\"ABCD-EFGH\",\"verification_uri\":\"" ISSUER           \
    "/d\",\"expires_in\":600" more "}"
#define ERROR(code) "{\"error\":\"" code "\"}"

static int begin(struct world *world, const char *scopes, const char *body, hk_doc **doc,
                 hk_error *e) {
    const struct canned answer = {DEVICE_URL, 200, body, NULL, 0};
    hk_op *op = hk_device_start_op(world->rp, scopes);
    int code = feed_run(&world->feed, op, &answer, body != NULL, e);
    *doc = hk_op_take_doc(op);
    hk_op_free(op);
    return code;
}

static int poll(struct world *world, hk_doc *doc, const struct canned *answers, size_t n,
                hk_session **out, hk_error *e) {
    hk_op *op = hk_device_poll_op(world->rp, doc);
    int code = feed_run(&world->feed, op, answers, n, e);
    *out = hk_op_take_session(op);
    hk_op_free(op);
    return code;
}

static void a_start_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *scopes, *body;
        int code;
        const char *rule;
    } rows[] = {
        {"mail", NULL, HK_E_CONFIG, "scope_has_openid"},
        {NULL, "[]", HK_E_HTTP, "answer_is_json"},
        {NULL, "{\"user_code\":\"A\",\"verification_uri\":\"https://a.example\",\"expires_in\":1}",
         HK_E_TOKEN, "poll_code_present"},
        {NULL,
         "{\"device_code\":\"dc\",\"verification_uri\":\"https://a.example\",\"expires_in\":1}",
         HK_E_TOKEN, "device_user_code_present"},
        {NULL, "{\"device_code\":\"dc\",\"user_code\":\"A\",\"expires_in\":1}", HK_E_TOKEN,
         "device_uri_is_safe"},
        {NULL,
         "{\"device_code\":\"dc\",\"user_code\":\"A\",\"expires_in\":1,"
         "\"verification_uri\":\"http://a.example\"}",
         HK_E_TOKEN, "device_uri_is_safe"},
        {NULL, ANSWER(",\"verification_uri_complete\":\"javascript:alert(1)\""), HK_E_TOKEN,
         "device_uri_is_safe"},
        {NULL,
         "{\"device_code\":\"dc\",\"user_code\":\"A\",\"verification_uri\":\"https://a.example\"}",
         HK_E_TOKEN, "poll_times_are_numbers"},
        {NULL, ANSWER(",\"interval\":\"5\""), HK_E_TOKEN, "poll_times_are_numbers"},
        {NULL, ANSWER(",\"interval\":-1"), HK_E_TOKEN, "poll_times_are_numbers"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        world_open(&world, NULL);
        assert_int_equal(begin(&world, rows[i].scopes, rows[i].body, &doc, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_null(doc);
        world_close(&world);
    }
}

static void a_start_that_the_provider_refuses_tells_its_error(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned answer = {DEVICE_URL, 400, ERROR("invalid_scope"), NULL, 0};
    world_open(&world, NULL);
    hk_op *op = hk_device_start_op(world.rp, "openid mail");
    assert_int_equal(feed_run(&world.feed, op, &answer, 1, &e), HK_E_OAUTH);
    assert_string_equal(e.oauth, "invalid_scope");
    assert_string_equal(world.feed.last_body, "scope=openid%20mail");
    hk_op_free(op);
    world_close(&world);
}

static void a_poll_that_ends_is_told(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        int code;
        const char *rule;
    } rows[] = {
        {{TOKEN_URL, 400, ERROR("expired_token"), NULL, 0}, HK_E_EXPIRED, "poll_code_is_live"},
        {{TOKEN_URL, 400, ERROR("access_denied"), NULL, 0}, HK_E_DENIED, "user_refused"},
        {{TOKEN_URL, 400, ERROR("invalid_grant"), NULL, 0}, HK_E_OAUTH, "server_refused"},
        {{TOKEN_URL, 200, ERROR("authorization_pending"), NULL, 0},
         HK_E_TOKEN,
         "access_token_is_text"},
        {{TOKEN_URL, 0, NULL, NULL, HK_E_NET}, HK_E_NET, "request_was_answered"},
        {{TOKEN_URL, 200, "{\"access_token\":\"at\",\"token_type\":\"Bearer\"}", NULL, 0},
         HK_E_TOKEN,
         "id_token_present"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        hk_session *session;
        world_open(&world, NULL);
        assert_int_equal(begin(&world, NULL, ANSWER(""), &doc, &e), HK_OK);
        assert_int_equal(poll(&world, doc, &rows[i].answer, 1, &session, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_null(session);
        hk_doc_free(doc);
        world_close(&world);
    }
}

static void an_id_token_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *changes;
        int code;
    } rows[] = {
        {"{'aud':'another'}", HK_E_AUD},
        {"{'nonce':'n-1'}", HK_E_NONCE},
        {"{'at_hash':'AAAAAAAAAAAAAAAAAAAAAA'}", HK_E_HASH},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        hk_session *session;
        world_open(&world, NULL);
        assert_int_equal(begin(&world, NULL, ANSWER(""), &doc, &e), HK_OK);
        const struct canned answer =
            world_tokens(&world, world_id_token(&world, NULL, rows[i].changes));
        assert_int_equal(poll(&world, doc, &answer, 1, &session, &e), rows[i].code);
        assert_null(session);
        hk_doc_free(doc);
        world_close(&world);
    }
}

/* A poll that gets that answer gives no session and no error, and says when to come again. */
static void assert_pending(struct world *world, hk_doc *doc, const struct canned *answer,
                           uint32_t after_ms) {
    hk_error e = HK_ERROR_INIT;
    hk_session *session;
    assert_int_equal(poll(world, doc, answer, answer != NULL, &session, &e), HK_OK);
    assert_null(session);
    assert_int_equal(e.retry_after_ms, after_ms);
}

static void the_provider_says_how_often_to_ask(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_session *session = NULL;
    const struct canned pending = {TOKEN_URL, 400, ERROR("authorization_pending"), NULL, 0},
                        slow = {TOKEN_URL, 400, ERROR("slow_down"), NULL, 0},
                        late = {TOKEN_URL, 0, NULL, NULL, HK_E_TIMEOUT};
    world_open(&world, NULL);
    assert_int_equal(begin(&world, NULL, ANSWER(",\"interval\":2"), &doc, &e), HK_OK);
    assert_int_equal(e.retry_after_ms, 2000);
    assert_pending(&world, doc, &pending, 2000);
    assert_string_equal(
        world.feed.last_body,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=dc");
    world.feed.now += 1;
    assert_pending(&world, doc, NULL, 1000); /* too soon: nothing is sent */
    world.feed.now += 1;
    assert_pending(&world, doc, &slow, 7000); /* 3.5: five seconds more, from now on */
    world.feed.now += 7;
    assert_pending(&world, doc, &pending, 7000);
    world.feed.now += 7;
    assert_pending(&world, doc, &late, 14000);
    assert_int_equal(hk_device_poll(world.rp, doc, &session, &e), HK_PENDING);
    assert_int_equal(e.retry_after_ms, 14000);
    world.feed.now += 600;
    assert_int_equal(poll(&world, doc, NULL, 0, &session, &e), HK_E_EXPIRED);
    hk_doc_free(doc);
    assert_int_equal(begin(&world, NULL, ANSWER(""), &doc, &e), HK_OK);
    assert_pending(&world, doc, &pending, 5000); /* the standard interval */
    world.feed.now -= 90 * 86400; /* a clock that is set back makes nobody wait for days */
    assert_pending(&world, doc, NULL, 5000);
    hk_doc_free(doc);
    world_close(&world);
}

static void a_user_is_signed_in(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_session *session;
    world_open(&world, NULL);
    assert_int_equal(begin(&world, "openid email", ANSWER(""), &doc, &e), HK_OK);
    assert_string_equal(hk_doc_str(doc, "user_code").p, "ABCD-EFGH");
    const struct canned answers[] = {
        world_tokens(&world, world_id_token(&world, NULL, NULL)),
        {USERINFO_URL, 200, "{\"sub\":\"joe\",\"email\":\"joe@a.example\"}", NULL, 0}};
    assert_int_equal(poll(&world, doc, answers, 2, &session, &e), HK_OK);
    assert_string_equal(hk_sub(session).p, "joe");
    assert_string_equal(hk_claim(session, "email").p, "joe@a.example");
    assert_string_equal(hk_scope(session).p, "openid email");
    hk_session_free(session);
    hk_doc_free(doc);
    world_close(&world);
}

static void arguments_that_are_missing_are_told(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_session *session;
    world_open(&world, NULL);
    assert_int_equal(hk_metadata(world.rp, &doc, &e), HK_OK);
    assert_int_equal(hk_device_poll(world.rp, NULL, &session, &e), HK_E_ARG);
    assert_int_equal(hk_device_poll(world.rp, doc, &session, &e), HK_E_ARG); /* of another call */
    assert_int_equal(hk_ciba_poll(world.rp, doc, &session, &e), HK_E_ARG);
    assert_int_equal(hk_device_poll(world.rp, doc, NULL, &e), HK_E_ARG);
    hk_doc_free(doc);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_that_is_not_right_is_refused),
        cmocka_unit_test(a_start_that_the_provider_refuses_tells_its_error),
        cmocka_unit_test(a_poll_that_ends_is_told),
        cmocka_unit_test(an_id_token_that_is_not_right_is_refused),
        cmocka_unit_test(the_provider_says_how_often_to_ask),
        cmocka_unit_test(a_user_is_signed_in),
        cmocka_unit_test(arguments_that_are_missing_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
