#include "rp/tests/feed_helper.h"

#include <stdio.h>

const char feed_metadata[] =
    "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\","
    "\"token_endpoint\":\"" ISSUER "/token\",\"jwks_uri\":\"" ISSUER "/jwks\","
    "\"userinfo_endpoint\":\"" ISSUER "/userinfo\",\"revocation_endpoint\":\"" ISSUER "/revoke\","
    "\"introspection_endpoint\":\"" ISSUER "/introspect\","
    "\"registration_endpoint\":\"" ISSUER "/register\","
    "\"end_session_endpoint\":\"" ISSUER "/logout\","
    "\"pushed_authorization_request_endpoint\":\"" ISSUER "/par\","
    "\"device_authorization_endpoint\":\"" ISSUER "/device\","
    "\"backchannel_authentication_endpoint\":\"" ISSUER "/ciba\","
    "\"code_challenge_methods_supported\":[\"S256\"],"
    "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\",\"client_secret_post\","
    "\"client_secret_jwt\",\"private_key_jwt\",\"tls_client_auth\"]}";

static int64_t feed_now(void *context) {
    return ((const struct feed *)context)->now;
}

hk_cfg *feed_cfg(struct feed *feed) {
    static const uint8_t key[32] = {1, 2, 3};
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    feed->now = feed->now ? feed->now : 1800000000;
    hk_cfg_secret(cfg, "a-secret-of-more-than-thirty-two-bytes");
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_seal_key(cfg, key, 1);
    hk_cfg_clock(cfg, feed_now, feed);
    return cfg;
}

static void note(struct feed *feed, const hk_http *http) {
    feed->requests++;
    snprintf(feed->last_url, sizeof feed->last_url, "%s", http->url.p);
    snprintf(feed->last_headers, sizeof feed->last_headers, "%s", http->headers.p);
    snprintf(feed->last_body, sizeof feed->last_body, "%s", http->body.p ? http->body.p : "");
}

static hk_str text(const char *p) {
    return (hk_str){p, p ? strlen(p) : 0};
}

int feed_run(struct feed *feed, hk_op *op, const struct canned *answers, size_t n, hk_error *e) {
    hk_http http;
    int code;
    size_t used = 0;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        assert_non_null(http.url.p);
        note(feed, &http);
        if (used == n)
            fail_msg("%s was asked for beyond the answers of the test", http.url.p);
        const struct canned *canned = &answers[used++];
        size_t size = strcspn(http.url.p, "?");
        if (strlen(canned->url) != size || memcmp(canned->url, http.url.p, size) != 0)
            fail_msg("%s was asked for, not %s", http.url.p, canned->url);
        assert_int_equal(hk_op_feed(op, canned->status, text(canned->headers), text(canned->body),
                                    canned->net_error),
                         HK_OK);
    }
    assert_int_equal(used, n);
    return code;
}
