/* HitKey's older JSON dialect at the token endpoint (docs/api.md, "Two dialects"). */
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

#define TOKEN_URL  ISSUER "/token"
#define REVOKE_URL ISSUER "/revoke"

static const char *const dialect[WORLD_SETTINGS] = {"profile=hitkey-v1"};

static hk_session *session(void) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, S(ISSUER), &session->iss));
    assert_ok(session_text(session, S("app"), &session->client_id));
    assert_ok(session_text(session, S("at-1"), &session->access_token));
    assert_ok(session_text(session, S("rt \"1\""), &session->refresh_token));
    return session;
}

static void an_error_is_read_from_code(void **state) {
    (void)state;
    static const struct {
        const char *body;
        int code;
        const char *rule, *oauth;
    } rows[] = {
        {"{\"error\":\"Invalid or expired code\",\"code\":\"invalid_grant\"}", HK_E_RELOGIN,
         "grant_is_valid", "invalid_grant"},
        {"{\"error\":\"Invalid client_id\",\"code\":\"invalid_client\"}", HK_E_OAUTH,
         "client_is_accepted", "invalid_client"},
        {"{\"error\":\"invalid_grant\"}", HK_E_HTTP, "answer_is_success", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {TOKEN_URL, 400, rows[i].body, NULL, 0};
        world_open(&world, dialect);
        hk_session *s = session();
        hk_op *op = hk_refresh_op(world.rp, s);
        assert_int_equal(feed_run(&world.feed, op, &answer, 1, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_string_equal(e.oauth, rows[i].oauth);
        hk_op_free(op);
        hk_session_free(s);
        world_close(&world);
    }
}

static void the_token_endpoint_is_spoken_to_in_json(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned answer = {TOKEN_URL, 200,
                                  "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\","
                                  "\"expires_in\":3600}",
                                  NULL, 0};
    world_open(&world, dialect);
    hk_session *s = session();
    hk_op *op = hk_refresh_op(world.rp, s);
    assert_int_equal(feed_run(&world.feed, op, &answer, 1, &e), HK_OK);
    assert_string_equal(world.feed.last_body,
                        "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"rt \\\"1\\\"\","
                        "\"client_id\":\"app\",\"client_secret\":"
                        "\"a-secret-of-more-than-thirty-two-bytes\"}");
    assert_non_null(strstr(world.feed.last_headers, "Content-Type: application/json\r\n"));
    assert_null(strstr(world.feed.last_headers, "Authorization"));
    assert_string_equal(hk_access_token(s).p, "at-2");
    assert_string_equal(hk_refresh_token(s).p, "rt \"1\"");
    hk_op_free(op);
    hk_session_free(s);
    world_close(&world);
}

static void other_endpoints_take_forms(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned answers[] = {{REVOKE_URL, 200, "", NULL, 0},
                                     {REVOKE_URL, 200, "", NULL, 0}};
    world_open(&world, dialect);
    hk_session *s = session();
    hk_op *op = hk_revoke_op(world.rp, s);
    assert_int_equal(feed_run(&world.feed, op, answers, 2, &e), HK_OK);
    assert_string_equal(world.feed.last_body,
                        "token=at-1&token_type_hint=access_token&client_id=app&client_secret="
                        "a-secret-of-more-than-thirty-two-bytes");
    hk_op_free(op);
    hk_session_free(s);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_read_from_code),
        cmocka_unit_test(the_token_endpoint_is_spoken_to_in_json),
        cmocka_unit_test(other_endpoints_take_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
