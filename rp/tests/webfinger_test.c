/* hk_webfinger: what users type, whom that asks, and which answers are believed. */
#include "rp/tests/feed_helper.h"

#define REL "http://openid.net/specs/connect/1.0/issuer"
#define JRD(href)                                                                                  \
    "{\"subject\":\"x\",\"links\":[{\"rel\":\"other\",\"href\":\"https://no.example\"},"           \
    "{\"rel\":\"" REL "\",\"href\":\"" href "\"}]}"
#define ASKED(origin) origin "/.well-known/webfinger"

/* A client of no provider yet. */
static hk_rp *client(void) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    assert_int_equal(hk_rp_new(hk_cfg_new(NULL, NULL), &rp, &e), HK_OK);
    return rp;
}

static void what_users_type_is_understood(void **state) {
    (void)state;
    static const struct {
        const char *typed, *resource, *encoded, *asked;
    } rows[] = {
        /* the examples of OIDC Discovery 2.1 */
        {"joe@example.com", "acct:joe@example.com", "acct%3Ajoe%40example.com",
         ASKED("https://example.com")},
        {"https://example.com/joe", "https://example.com/joe", "https%3A%2F%2Fexample.com%2Fjoe",
         ASKED("https://example.com")},
        {"example.com:8080", "https://example.com:8080/", "https%3A%2F%2Fexample.com%3A8080%2F",
         ASKED("https://example.com:8080")},
        {"acct:juliet%40capulet.example@shopping.example.com",
         "acct:juliet%40capulet.example@shopping.example.com",
         "acct%3Ajuliet%2540capulet.example%40shopping.example.com",
         ASKED("https://shopping.example.com")},
        {"example.com", "https://example.com/", "https%3A%2F%2Fexample.com%2F",
         ASKED("https://example.com")},
        {" joe@EXAMPLE.com\t", "acct:joe@EXAMPLE.com", "acct%3Ajoe%40EXAMPLE.com",
         ASKED("https://example.com")},
        {"joe@example.com#me", "acct:joe@example.com", "acct%3Ajoe%40example.com",
         ASKED("https://example.com")},
        {"joe@example.com:8443", "https://joe@example.com:8443/",
         "https%3A%2F%2Fjoe%40example.com%3A8443%2F", ASKED("https://example.com:8443")},
        {"joe@example.com/x", "https://joe@example.com/x", "https%3A%2F%2Fjoe%40example.com%2Fx",
         ASKED("https://example.com")},
        {"ACCT:joe@example.com", "acct:joe@example.com", "acct%3Ajoe%40example.com",
         ASKED("https://example.com")},
        {"http://example.com", "http://example.com/", "http%3A%2F%2Fexample.com%2F",
         ASKED("https://example.com")},
        {"http://localhost:9400", "http://localhost:9400/", "http%3A%2F%2Flocalhost%3A9400%2F",
         ASKED("http://localhost:9400")},
        {"https://[2001:db8::1]/", "https://[2001:db8::1]/",
         "https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%2F", ASKED("https://[2001:db8::1]")},
    };
    hk_rp *rp = client();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {rows[i].asked, 200, JRD(ISSUER), NULL, 0};
        hk_op *op = hk_webfinger_op(rp, rows[i].typed);
        assert_int_equal(feed_run(&feed, op, &answer, 1, &e), HK_OK);
        hk_doc *doc = hk_op_take_doc(op);
        assert_string_equal(hk_doc_str(doc, "issuer").p, ISSUER);
        assert_string_equal(hk_doc_str(doc, "resource").p, rows[i].resource);
        const char *query = strchr(feed.last_url, '?');
        assert_int_equal(strncmp(query, "?resource=", 10), 0);
        assert_int_equal(strncmp(query + 10, rows[i].encoded, strlen(rows[i].encoded)), 0);
        assert_string_equal(query + 10 + strlen(rows[i].encoded),
                            "&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer");
        hk_doc_free(doc);
        hk_op_free(op);
    }
    hk_rp_free(rp);
}

static void what_cannot_be_understood_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        NULL,
        "",
        "  ",
        "#x",
        "=joe",
        "@joe",
        "!joe",
        "joe@",
        "@example.com",
        "acct:",
        "acct:@example.com",
        "acct:joe@",
        "acct:joe",
        "acct:joe@example.com/x",
        "acct:joe@example.com:8080",
        "acct:joe@example.com?x",
        "mailto:joe@example.com",
        "joe:secret@example.com",
        "ftp://example.com/joe",
        "https://",
        "https:///joe",
        "joe smith@example.com",
        "joe@exam ple.com",
        "joe@example.com\r\nX: y",
        "joe@ex\xc3\xa4mple.com",
        "example.com:99999",
        "javascript://example.com/%0aalert(1)",
    };
    hk_rp *rp = client();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_op *op = hk_webfinger_op(rp, rows[i]);
        assert_int_equal(feed_run(&feed, op, NULL, 0, &e), HK_E_ARG);
        assert_null(hk_op_take_doc(op));
        hk_op_free(op);
    }
    hk_rp_free(rp);
}

static void an_answer_that_names_no_provider_is_refused(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body;
        int code;
    } rows[] = {
        {200, "{}", HK_E_UNSUPPORTED},
        {200, "{\"links\":{}}", HK_E_UNSUPPORTED},
        {200, "{\"links\":[null,1,\"x\",{}]}", HK_E_UNSUPPORTED},
        {200, "{\"links\":[{\"rel\":\"" REL "/\",\"href\":\"" ISSUER "\"}]}", HK_E_UNSUPPORTED},
        {200, "{\"links\":[{\"rel\":\"" REL "\"}]}", HK_E_UNSUPPORTED},
        {200, "{\"links\":[{\"rel\":\"" REL "\",\"href\":1}]}", HK_E_UNSUPPORTED},
        {200, JRD(""), HK_E_UNSUPPORTED},
        {200, JRD("http://op.example"), HK_E_HTTP},
        {200, JRD("https://op.example?a=b"), HK_E_HTTP},
        {200, JRD("https://op.example#a"), HK_E_HTTP},
        {200, JRD("op.example"), HK_E_HTTP},
        {200, "[]", HK_E_HTTP},
        {404, "{}", HK_E_HTTP},
        {301, "", HK_E_HTTP},
    };
    hk_rp *rp = client();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {ASKED("https://example.com"), rows[i].status, rows[i].body,
                                      NULL, 0};
        hk_op *op = hk_webfinger_op(rp, "joe@example.com");
        assert_int_equal(feed_run(&feed, op, &answer, 1, &e), rows[i].code);
        assert_null(hk_op_take_doc(op));
        hk_op_free(op);
    }
    hk_rp_free(rp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_users_type_is_understood),
        cmocka_unit_test(what_cannot_be_understood_is_refused),
        cmocka_unit_test(an_answer_that_names_no_provider_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
