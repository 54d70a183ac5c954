/* What a token response must be (RFC 6749 5.1), shown with hk_client_credentials. */
#include "rp/tests/feed_helper.h"

#define TOKEN_URL ISSUER "/token"
#define GOOD      "{\"access_token\":\"at\",\"token_type\":\"Bearer\""

static hk_rp *client(struct feed *feed, const char *name, const char *value) {
    hk_cfg *cfg = feed_cfg(feed);
    hk_rp *rp = NULL;
    hk_error e = HK_ERROR_INIT;
    hk_cfg_metadata(cfg, feed_metadata);
    if (name)
        hk_cfg_set(cfg, name, value);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

static int ask(struct feed *feed, hk_rp *rp, const struct canned *answers, size_t n,
               hk_session **out, hk_error *e) {
    hk_op *op = hk_client_credentials_op(rp, "read write", "https://a.example https://b.example");
    int code = feed_run(feed, op, answers, n, e);
    *out = hk_op_take_session(op);
    assert_true((code == HK_OK) == (*out != NULL));
    hk_op_free(op);
    return code;
}

static void a_response_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body;
        int code;
        const char *says, *oauth;
    } rows[] = {
        {201, GOOD "}", HK_E_HTTP, "other than 200", ""},
        {204, "", HK_E_HTTP, "not a JSON object", ""},
        {302, "", HK_E_HTTP, "redirect", ""},
        {429, "{\"error\":\"slow_down\"}", HK_E_HTTP, "cannot answer now", ""},
        {500, "<html>", HK_E_HTTP, "unexpected HTTP status", ""},
        {400, "{\"error\":7}", HK_E_HTTP, "unexpected HTTP status", ""},
        {400, "[]", HK_E_HTTP, "unexpected HTTP status", ""},
        {400, "{\"error\":\"invalid_scope\"}", HK_E_OAUTH, "refused the request", "invalid_scope"},
        {401, "{\"error\":\"a\\nb\\\"c\"}", HK_E_OAUTH, "refused the request", "abc"},
        {400, "{\"error\":\"access_denied\"}", HK_E_DENIED, "said no", "access_denied"},
        {400, "{\"error\":\"invalid_grant\"}", HK_E_OAUTH, "refused", "invalid_grant"},
        {200, "[" GOOD "}]", HK_E_HTTP, "not a JSON object", ""},
        {200, GOOD ",\"scope\":\"a\",\"scope\":\"b\"}", HK_E_HTTP, "not a JSON object", ""},
        {200, GOOD ",\"scope\":\"\xff\"}", HK_E_HTTP, "not a JSON object", ""},
        {200, GOOD "} x", HK_E_HTTP, "not a JSON object", ""},
        {200, "access_token=at&token_type=bearer", HK_E_HTTP, "not a JSON object", ""},
        {200, "{\"token_type\":\"Bearer\"}", HK_E_TOKEN, "no access token", ""},
        {200, "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", HK_E_TOKEN, "no access", ""},
        {200, "{\"access_token\":1,\"token_type\":\"Bearer\"}", HK_E_TOKEN, "no access", ""},
        {200, "{\"access_token\":\"a\\r\\nX: b\",\"token_type\":\"Bearer\"}", HK_E_TOKEN,
         "no access", ""},
        {200, "{\"access_token\":\"\xc3\xa9\",\"token_type\":\"Bearer\"}", HK_E_TOKEN, "no access",
         ""},
        {200, GOOD ",\"refresh_token\":7}", HK_E_TOKEN, "refresh token", ""},
        {200, GOOD ",\"refresh_token\":\"\"}", HK_E_TOKEN, "refresh token", ""},
        {200, GOOD ",\"refresh_token\":\"a\\nb\"}", HK_E_TOKEN, "refresh token", ""},
        {200, "{\"access_token\":\"at\"}", HK_E_TOKEN, "token_type", ""},
        {200, "{\"access_token\":\"at\",\"token_type\":\"mac\"}", HK_E_TOKEN, "token_type", ""},
        {200, "{\"access_token\":\"at\",\"token_type\":\"N_A\"}", HK_E_TOKEN, "token_type", ""},
        {200, "{\"access_token\":\"at\",\"token_type\":\"DPoP\"}", HK_E_BINDING, "DPoP", ""},
        {200, GOOD ",\"expires_in\":-1}", HK_E_TOKEN, "expires_in", ""},
        {200, GOOD ",\"expires_in\":\"soon\"}", HK_E_TOKEN, "expires_in", ""},
        {200, GOOD ",\"expires_in\":\"\"}", HK_E_TOKEN, "expires_in", ""},
        {200, GOOD ",\"expires_in\":true}", HK_E_TOKEN, "expires_in", ""},
        {200, GOOD ",\"expires_in\":[3600]}", HK_E_TOKEN, "expires_in", ""},
        {200, GOOD ",\"scope\":[\"read\"]}", HK_E_TOKEN, "must be a string", ""},
        {200, GOOD ",\"id_token\":{}}", HK_E_TOKEN, "must be a string", ""},
        {200, GOOD ",\"issued_token_type\":1}", HK_E_TOKEN, "must be a string", ""},
        {200, GOOD ",\"authorization_details\":{}}", HK_E_TOKEN, "authorization_details", ""},
        {200, GOOD ",\"authorization_details\":[1]}", HK_E_TOKEN, "authorization_details", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_session *session;
        hk_rp *rp = client(&feed, NULL, NULL);
        const struct canned answer = {TOKEN_URL, rows[i].status, rows[i].body, NULL, 0};
        assert_int_equal(ask(&feed, rp, &answer, 1, &session, &e), rows[i].code);
        assert_non_null(strstr(e.msg, rows[i].says));
        assert_string_equal(e.oauth, rows[i].oauth);
        assert_int_equal(e.http_status, rows[i].status);
        hk_rp_free(rp);
    }
}

static void a_lifetime_is_a_number_in_any_form(void **state) {
    (void)state;
    static const struct {
        const char *body;
        int64_t after; /* -1: unknown */
    } rows[] = {
        {GOOD "}", -1},
        {GOOD ",\"expires_in\":null}", -1},
        {GOOD ",\"expires_in\":0}", 0},
        {GOOD ",\"expires_in\":3600}", 3600},
        {GOOD ",\"expires_in\":\"3600\"}", 3600},
        {GOOD ",\"expires_in\":3599.9}", 3599},
        {GOOD ",\"expires_in\":1e300}", 315360000},
        {GOOD ",\"expires_in\":9223372036854775807}", 315360000},
        {GOOD ",\"expires_in\":\"9223372036854775807\"}", 315360000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_session *session;
        hk_rp *rp = client(&feed, NULL, NULL);
        const struct canned answer = {TOKEN_URL, 200, rows[i].body, NULL, 0};
        assert_int_equal(ask(&feed, rp, &answer, 1, &session, &e), HK_OK);
        assert_int_equal(hk_access_expires(session),
                         rows[i].after < 0 ? 0 : feed.now + rows[i].after);
        hk_session_free(session);
        hk_rp_free(rp);
    }
}

static void what_was_granted_is_in_the_session(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_session *session;
    hk_rp *rp = client(&feed, NULL, NULL);
    const struct canned
        all = {TOKEN_URL, 200,
               "{\"access_token\":\"at\",\"token_type\":\"bEARER\",\"scope\":\"read\","
               "\"refresh_token\":\"rt\",\"authorization_details\":[{\"type\":\"a\"}]}",
               NULL, 0},
        little = {TOKEN_URL, 200, GOOD "}", NULL, 0};
    assert_int_equal(ask(&feed, rp, &all, 1, &session, &e), HK_OK);
    assert_string_equal(hk_access_token(session).p, "at");
    assert_string_equal(hk_token_type(session).p, "Bearer");
    assert_string_equal(hk_refresh_token(session).p, "rt");
    assert_string_equal(hk_scope(session).p, "read");
    assert_string_equal(hk_authorization_details(session).p, "[{\"type\":\"a\"}]");
    assert_string_equal(hk_iss(session).p, ISSUER);
    assert_null(hk_sub(session).p);
    assert_string_equal(hk_claims_json(session).p, "{}");
    hk_session_free(session);
    assert_int_equal(ask(&feed, rp, &little, 1, &session, &e), HK_OK);
    assert_string_equal(hk_scope(session).p, "read write"); /* RFC 6749 5.1 */
    assert_null(hk_refresh_token(session).p);
    hk_session_free(session);
    assert_string_equal(feed.last_body,
                        "grant_type=client_credentials&scope=read%20write&resource=https%3A%2F%2F"
                        "a.example&resource=https%3A%2F%2Fb.example");
    hk_rp_free(rp);
}

static void a_list_that_is_too_long_is_refused(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = client(&feed, NULL, NULL);
    const struct canned answer = {TOKEN_URL, 200, GOOD "}", NULL, 0};
    hk_op *op = hk_client_credentials_op(rp, NULL, "a b c d e f g h i j k l m n o p q");
    assert_int_equal(feed_run(&feed, op, NULL, 0, &e), HK_E_ARG);
    hk_op_free(op);
    op = hk_client_credentials_op(rp, NULL, " a b c d e f g h  i j k l m n o p ");
    assert_int_equal(feed_run(&feed, op, &answer, 1, &e), HK_OK);
    hk_op_free(op);
    hk_rp_free(rp);
}

static int note_tokens(void *context, const hk_session *session, hk_str old_refresh_token) {
    assert_string_equal(hk_access_token(session).p, "at");
    assert_null(old_refresh_token.p);
    return *(int *)context;
}

static void a_hook_that_could_not_keep_the_tokens_fails_the_call(void **state) {
    (void)state;
    for (int result = 0; result < 2; result++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_session *session;
        hk_rp *rp;
        hk_cfg *cfg = feed_cfg(&feed);
        const struct canned answer = {TOKEN_URL, 200, GOOD "}", NULL, 0};
        hk_cfg_metadata(cfg, feed_metadata);
        hk_cfg_on_tokens(cfg, note_tokens, &result);
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
        assert_int_equal(ask(&feed, rp, &answer, 1, &session, &e), result ? HK_E_CONFIG : HK_OK);
        hk_session_free(session);
        hk_rp_free(rp);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_that_is_not_right_is_refused),
        cmocka_unit_test(a_lifetime_is_a_number_in_any_form),
        cmocka_unit_test(what_was_granted_is_in_the_session),
        cmocka_unit_test(a_list_that_is_too_long_is_refused),
        cmocka_unit_test(a_hook_that_could_not_keep_the_tokens_fails_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
