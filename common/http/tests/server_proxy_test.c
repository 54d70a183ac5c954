#include "common/base/testing.h"

#include "common/http/server_proxy.h"
#include "common/http/test_request.h"

struct row {
    const char *trusted, *peer, *forwarded, *forwarded2, *client;
};

static void client_is_the_rightmost_stranger(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "198.51.100.1", "192.0.2.1", NULL, "198.51.100.1"},
        {"10.0.0.0/8", "198.51.100.1", "192.0.2.1", NULL, "198.51.100.1"},
        {"10.0.0.0/8", "10.0.0.1", NULL, NULL, "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.1", NULL, "192.0.2.1"},
        {"10.0.0.0/8", "::ffff:10.0.0.1", "192.0.2.1", NULL, "192.0.2.1"},
        {"10.0.0.0/8", "10.0.0.1", "1.1.1.1, 192.0.2.1", NULL, "192.0.2.1"},
        {"10.0.0.0/8", "10.0.0.1", "1.1.1.1 ,192.0.2.1,10.2.2.2", NULL, "192.0.2.1"},
        {"10.0.0.0/8", "10.0.0.1", "10.3.3.3, 10.2.2.2", NULL, "10.3.3.3"},
        {"10.0.0.0/8", "10.0.0.1", "1.1.1.1", "192.0.2.1", "192.0.2.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.1", "10.2.2.2", "192.0.2.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.1, nonsense", NULL, "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.1, unknown, 10.2.2.2", NULL, "10.2.2.2"},
        {"10.0.0.0/8", "10.0.0.1", "", NULL, "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", ",", NULL, "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.1,", NULL, "10.0.0.1"},
        {"10.0.0.0/8 fd00::/8", "fd00::1", "[2001:db8::7]", NULL, "2001:db8::7"},
        {"10.0.0.0/8", "10.0.0.1", "::ffff:192.0.2.1", NULL, "192.0.2.1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", "/");
        struct server_proxy proxy;
        struct address peer, client;
        str text;
        assert_ok(server_proxy_parse(str_from(rows[i].trusted), &proxy));
        assert_ok(address_parse(str_from(rows[i].peer), &peer));
        if (rows[i].forwarded)
            test_request_header(t, "X-Forwarded-For", rows[i].forwarded);
        if (rows[i].forwarded2)
            test_request_header(t, "x-forwarded-for", rows[i].forwarded2);
        client = server_proxy_client(&proxy, &t->rq, peer);
        assert_ok(address_text(t->rq.arena, &client, &text));
        assert_str(text, rows[i].client);
        test_request_free(t);
    }
}

static void nearest_proxy_says_whether_it_was_https(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool secure;
    } rows[] = {{NULL, false},          {"", false},       {"http", false},
                {"https", true},        {"HTTPS", true},   {"http, https", true},
                {"https, http", false}, {"httpsx", false}, {"https,", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", "/");
        if (rows[i].value)
            test_request_header(t, "X-Forwarded-Proto", rows[i].value);
        assert_int_equal(server_proxy_secure(&t->rq), rows[i].secure);
        test_request_free(t);
    }
}

static void bad_lists_are_refused_at_start(void **state) {
    (void)state;
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0.1/8", "all", "10.0.0.0/8,::1"};
    struct server_proxy proxy;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(server_proxy_parse(str_from(bad[i]), &proxy), config);
    assert_ok(server_proxy_parse(S(" 10.0.0.0/8   ::1 "), &proxy));
    assert_int_equal(proxy.n, 2);
    assert_ok(server_proxy_parse(STR_ABSENT, &proxy));
    assert_int_equal(proxy.n, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_is_the_rightmost_stranger),
        cmocka_unit_test(nearest_proxy_says_whether_it_was_https),
        cmocka_unit_test(bad_lists_are_refused_at_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
