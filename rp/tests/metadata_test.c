/* Discovery: lazily, byte-equal, kept, stale when a newer one cannot be had. */
#include "rp/tests/feed_helper.h"

#define OAUTH_URL ISSUER "/.well-known/oauth-authorization-server"

static hk_rp *client(struct feed *feed, const char *name, const char *value) {
    hk_cfg *cfg = feed_cfg(feed);
    hk_rp *rp = NULL;
    hk_error e = HK_ERROR_INIT;
    if (name)
        hk_cfg_set(cfg, name, value);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

static int ask(struct feed *feed, hk_rp *rp, const struct canned *answers, size_t n, hk_error *e) {
    hk_op *op = hk_metadata_op(rp);
    int code = feed_run(feed, op, answers, n, e);
    hk_doc *doc = hk_op_take_doc(op);
    assert_true((code == HK_OK) == (doc != NULL));
    hk_doc_free(doc);
    hk_op_free(op);
    return code;
}

static void metadata_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        int code;
        const char *rule;
    } rows[] = {
        {{METADATA_URL, 200, "{\"issuer\":\"https://op.example/\"}", NULL, 0}, HK_E_ISS, "byte"},
        {{METADATA_URL, 200, "{\"issuer\":\"https://OP.example\"}", NULL, 0}, HK_E_ISS, "byte"},
        {{METADATA_URL, 200, "{}", NULL, 0}, HK_E_ISS, "byte"},
        {{METADATA_URL, 200, "[]", NULL, 0}, HK_E_HTTP, "endpoint"},
        {{METADATA_URL, 200, "{\"issuer\":1,\"issuer\":2}", NULL, 0}, HK_E_HTTP, "endpoint"},
        {{METADATA_URL, 200, "<html>", NULL, 0}, HK_E_HTTP, "endpoint"},
        {{METADATA_URL, 301, "", "Location: https://b.example/\r\n", 0}, HK_E_HTTP, "redirects"},
        {{METADATA_URL, 500, "", NULL, 0}, HK_E_HTTP, "http_status"},
        {{METADATA_URL, 503, "", "Retry-After: 7\r\n", 0}, HK_E_HTTP, "retry_after"},
        {{METADATA_URL, 0, NULL, NULL, HK_E_NET}, HK_E_NET, "network"},
        {{METADATA_URL, 0, NULL, NULL, HK_E_TIMEOUT}, HK_E_TIMEOUT, "timeout_ms"},
        {{METADATA_URL, 0, NULL, NULL, HK_E_TLS}, HK_E_TLS, "ca_file"},
        {{METADATA_URL, 0, NULL, NULL, HK_E_TOO_LARGE}, HK_E_TOO_LARGE, "max_body"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_rp *rp = client(&feed, NULL, NULL);
        assert_int_equal(ask(&feed, rp, &rows[i].answer, 1, &e), rows[i].code);
        assert_non_null(strstr(e.fix, rows[i].rule));
        assert_int_equal(e.http_status, rows[i].answer.status);
        assert_int_equal(e.retry_after_ms, rows[i].answer.status == 503 ? 7000 : 0);
        hk_rp_free(rp);
    }
}

static void metadata_is_fetched_once_and_kept(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned good = {METADATA_URL, 200, feed_metadata, NULL, 0};
    hk_rp *rp = client(&feed, NULL, NULL);
    assert_int_equal(ask(&feed, rp, &good, 1, &e), HK_OK);
    assert_int_equal(ask(&feed, rp, NULL, 0, &e), HK_OK);
    feed.now += 3599;
    assert_int_equal(ask(&feed, rp, NULL, 0, &e), HK_OK);
    feed.now += 1;
    assert_int_equal(ask(&feed, rp, &good, 1, &e), HK_OK);
    hk_rp_free(rp);
}

static void stale_metadata_serves_while_the_provider_is_down(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned good = {METADATA_URL, 200, feed_metadata, NULL, 0},
                        down = {METADATA_URL, 0, NULL, NULL, HK_E_NET};
    hk_rp *rp = client(&feed, NULL, NULL);
    assert_int_equal(ask(&feed, rp, &good, 1, &e), HK_OK);
    feed.now += 4000;
    assert_int_equal(ask(&feed, rp, &down, 1, &e), HK_OK);
    assert_int_equal(ask(&feed, rp, NULL, 0, &e), HK_OK); /* not asked again at once */
    feed.now += 2;
    assert_int_equal(ask(&feed, rp, &good, 1, &e), HK_OK);
    hk_rp_free(rp);
}

static void a_failure_is_remembered_for_a_while(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned good = {METADATA_URL, 200, feed_metadata, NULL, 0},
                        down = {METADATA_URL, 0, NULL, NULL, HK_E_TLS};
    hk_rp *rp = client(&feed, NULL, NULL);
    assert_int_equal(ask(&feed, rp, &down, 1, &e), HK_E_TLS);
    assert_int_equal(ask(&feed, rp, NULL, 0, &e), HK_E_TLS);
    feed.now += 2;
    assert_int_equal(ask(&feed, rp, &good, 1, &e), HK_OK);
    hk_rp_free(rp);
}

static void a_provider_of_rfc_8414_is_found_too(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    const struct canned both[] = {{METADATA_URL, 404, "", NULL, 0},
                                  {OAUTH_URL, 200, feed_metadata, NULL, 0}};
    hk_rp *rp = client(&feed, NULL, NULL);
    assert_int_equal(ask(&feed, rp, both, 2, &e), HK_OK);
    hk_rp_free(rp);
    rp = client(&feed, "discovery", "oauth");
    assert_int_equal(ask(&feed, rp, &both[1], 1, &e), HK_OK);
    hk_rp_free(rp);
    rp = client(&feed, "discovery", "oidc");
    assert_int_equal(ask(&feed, rp, &both[0], 1, &e), HK_E_HTTP);
    hk_rp_free(rp);
}

static void many_ops_make_one_request(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    hk_rp *rp = client(&feed, NULL, NULL);
    hk_op *first = hk_metadata_op(rp), *second = hk_metadata_op(rp), *third = hk_metadata_op(rp);
    assert_int_equal(hk_op_next(first, &http, &e), HK_PENDING);
    assert_non_null(http.url.p);
    assert_int_equal(hk_op_next(second, &http, &e), HK_PENDING);
    assert_null(http.url.p);
    assert_int_equal(hk_op_next(third, &http, &e), HK_PENDING);
    assert_null(http.url.p);
    hk_op_free(third); /* one that waits may go */
    hk_op_free(first); /* the one that fetches may go: another takes over */
    assert_int_equal(
        feed_run(&feed, second, &(struct canned){METADATA_URL, 200, feed_metadata, NULL, 0}, 1, &e),
        HK_OK);
    hk_op_free(second);
    hk_rp_free(rp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_that_is_not_right_is_refused),
        cmocka_unit_test(metadata_is_fetched_once_and_kept),
        cmocka_unit_test(stale_metadata_serves_while_the_provider_is_down),
        cmocka_unit_test(a_failure_is_remembered_for_a_while),
        cmocka_unit_test(a_provider_of_rfc_8414_is_found_too),
        cmocka_unit_test(many_ops_make_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
