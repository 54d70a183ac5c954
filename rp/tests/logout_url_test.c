/* hk_logout_url: the URL of RP-Initiated Logout 1.0. */
#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/tests/feed_helper.h"

static hk_rp *client(struct feed *feed, const char *metadata, const char *back) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(feed);
    if (metadata)
        hk_cfg_metadata(cfg, metadata);
    if (back)
        hk_cfg_set(cfg, "post_logout_redirect_uri", back);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

static hk_session *session_of(const char *iss, const char *client_id, const char *locale) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, str_from(iss), &session->iss));
    assert_ok(session_text(session, str_from(client_id), &session->client_id));
    assert_ok(session_text(session, S("eyJ.e30.AA"), &session->id_token));
    if (locale)
        json_object_set_new(session->claims, "locale", json_string(locale));
    return session;
}

static void the_url_says_who_signs_out(void **state) {
    (void)state;
    static const struct {
        const char *back, *locale, *state, *url;
    } rows[] = {
        {NULL, NULL, NULL, ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"},
        {NULL, NULL, "s", ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"},
        {"https://app.example/bye", NULL, "a b&c",
         ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"
                "&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye&state=a%20b%26c"},
        {"https://app.example/bye", "pt-BR", NULL,
         ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"
                "&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye&ui_locales=pt-BR"},
        {NULL, "en us", NULL, ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"},
        {NULL, "", NULL, ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"},
        {NULL, "a-very-long-tag-that-no-language-has-on-earth", NULL,
         ISSUER "/logout?id_token_hint=eyJ.e30.AA&client_id=app"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        char text[1024];
        hk_rp *rp = client(&feed, feed_metadata, rows[i].back);
        hk_session *session = session_of(ISSUER, "app", rows[i].locale);
        assert_int_equal(hk_logout_url(rp, session, rows[i].state, text, sizeof text, &e), HK_OK);
        assert_string_equal(text, rows[i].url);
        assert_int_equal(hk_logout_url(rp, session, rows[i].state, text, strlen(text), &e),
                         HK_E_ARG);
        hk_session_free(session);
        hk_rp_free(rp);
    }
}

static void a_browser_without_a_session_may_sign_out(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = client(&feed, NULL, NULL);
    const struct canned metadata = {METADATA_URL, 200, feed_metadata, NULL, 0};
    hk_op *op = hk_logout_url_op(rp, NULL, NULL);
    assert_int_equal(feed_run(&feed, op, &metadata, 1, &e), HK_OK);
    assert_string_equal(hk_op_text(op).p, ISSUER "/logout?client_id=app");
    hk_op_free(op);
    hk_rp_free(rp);
    assert_null(hk_logout_url_op(NULL, NULL, NULL));
}

/* An ID token goes to the provider that made it, over TLS. */
static void the_hint_goes_to_no_other(void **state) {
    (void)state;
    static const struct {
        const char *iss, *client_id, *metadata;
        int code;
    } rows[] = {
        {"https://another.example", "app", feed_metadata, HK_E_ISS},
        {ISSUER, "another", feed_metadata, HK_E_AUD},
        {ISSUER, "app", "{\"issuer\":\"" ISSUER "\"}", HK_E_UNSUPPORTED},
        {ISSUER, "app",
         "{\"issuer\":\"" ISSUER "\",\"end_session_endpoint\":\"http://op.example/logout\"}",
         HK_E_CONFIG},
        {ISSUER, "app",
         "{\"issuer\":\"" ISSUER "\",\"end_session_endpoint\":\"javascript:alert(1)\"}",
         HK_E_CONFIG},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        char text[1024] = "x";
        hk_rp *rp = client(&feed, rows[i].metadata, NULL);
        hk_session *session = session_of(rows[i].iss, rows[i].client_id, NULL);
        assert_int_equal(hk_logout_url(rp, session, NULL, text, sizeof text, &e), rows[i].code);
        assert_string_equal(text, "");
        hk_session_free(session);
        hk_rp_free(rp);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_url_says_who_signs_out),
        cmocka_unit_test(a_browser_without_a_session_may_sign_out),
        cmocka_unit_test(the_hint_goes_to_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
