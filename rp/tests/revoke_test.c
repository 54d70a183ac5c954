/* hk_revoke (RFC 7009). */
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

#define REVOKE_URL  ISSUER "/revoke"
#define UNSUPPORTED "{\"error\":\"unsupported_token_type\"}"

static hk_session *session(const char *issuer, const char *access_token,
                           const char *refresh_token) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, str_from(issuer), &session->iss));
    assert_ok(session_text(session, S("app"), &session->client_id));
    assert_ok(session_text(session, S("jane"), &session->sub));
    assert_ok(session_text(session, S("id.token"), &session->id_token));
    assert_ok(session_text(session, str_from(access_token), &session->access_token));
    assert_ok(session_text(session, str_from(refresh_token), &session->refresh_token));
    return session;
}

static void a_revocation_that_fails_leaves_the_session(void **state) {
    (void)state;
    static const struct {
        const char *issuer, *access_token, *refresh_token;
        struct canned answers[2];
        size_t n;
        int code;
        const char *rule;
    } rows[] = {
        {ISSUER, NULL, NULL, {{0}}, 0, HK_E_ARG, "session_has_tokens"},
        {"https://another.example", "at", "rt", {{0}}, 0, HK_E_ISS, "session_is_of_this_issuer"},
        {ISSUER,
         "at",
         "rt",
         {{REVOKE_URL, 401, "{\"error\":\"invalid_client\"}", NULL, 0}},
         1,
         HK_E_OAUTH,
         "client_is_accepted"},
        {ISSUER,
         "at",
         "rt",
         {{REVOKE_URL, 503, "", "Retry-After: 9\r\n", 0}},
         1,
         HK_E_HTTP,
         "server_is_not_busy"},
        {ISSUER,
         "at",
         "rt",
         {{REVOKE_URL, 302, "", NULL, 0}},
         1,
         HK_E_HTTP,
         "answer_is_no_redirect"},
        {ISSUER, "at", "rt", {{REVOKE_URL, 204, "", NULL, 0}}, 1, HK_E_HTTP, "answer_is_success"},
        {ISSUER,
         "at",
         "rt",
         {{REVOKE_URL, 400, UNSUPPORTED, NULL, 0}},
         1,
         HK_E_OAUTH,
         "server_refused"},
        {ISSUER,
         "at",
         NULL,
         {{REVOKE_URL, 400, UNSUPPORTED, NULL, 0}},
         1,
         HK_E_OAUTH,
         "server_refused"},
        {ISSUER,
         "at",
         "rt",
         {{REVOKE_URL, 200, "", NULL, 0}, {REVOKE_URL, 500, UNSUPPORTED, NULL, 0}},
         2,
         HK_E_OAUTH,
         "server_refused"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, NULL);
        hk_session *s = session(rows[i].issuer, rows[i].access_token, rows[i].refresh_token);
        hk_op *op = hk_revoke_op(world.rp, s);
        assert_int_equal(feed_run(&world.feed, op, rows[i].answers, rows[i].n, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_true((hk_access_token(s).p != NULL) == (rows[i].access_token != NULL));
        assert_true((hk_refresh_token(s).p != NULL) == (rows[i].refresh_token != NULL));
        hk_op_free(op);
        hk_session_free(s);
        world_close(&world);
    }
    hk_error e = HK_ERROR_INIT;
    assert_int_equal(hk_revoke(NULL, NULL, &e), HK_E_NOMEM);
}

static void tokens_end_and_the_user_stays(void **state) {
    (void)state;
    static const struct {
        const char *access_token, *refresh_token;
        struct canned answers[2];
        size_t n;
        const char *last_body;
    } rows[] = {
        {"at",
         "rt",
         {{REVOKE_URL, 200, "", NULL, 0}, {REVOKE_URL, 200, "{}", NULL, 0}},
         2,
         "token=at&token_type_hint=access_token"},
        {"at",
         "rt",
         {{REVOKE_URL, 200, "", NULL, 0}, {REVOKE_URL, 400, UNSUPPORTED, NULL, 0}},
         2,
         "token=at&token_type_hint=access_token"},
        {NULL, "rt", {{REVOKE_URL, 200, "", NULL, 0}}, 1, "token=rt&token_type_hint=refresh_token"},
        {"at", NULL, {{REVOKE_URL, 200, "", NULL, 0}}, 1, "token=at&token_type_hint=access_token"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, NULL);
        hk_session *s = session(ISSUER, rows[i].access_token, rows[i].refresh_token);
        hk_op *op = hk_revoke_op(world.rp, s);
        assert_int_equal(feed_run(&world.feed, op, rows[i].answers, rows[i].n, &e), HK_OK);
        assert_string_equal(world.feed.last_body, rows[i].last_body);
        assert_null(hk_access_token(s).p);
        assert_null(hk_refresh_token(s).p);
        assert_string_equal(hk_sub(s).p, "jane");
        assert_string_equal(hk_id_token(s).p, "id.token"); /* for hk_logout_url */
        hk_op_free(op);
        hk_session_free(s);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_revocation_that_fails_leaves_the_session),
        cmocka_unit_test(tokens_end_and_the_user_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
