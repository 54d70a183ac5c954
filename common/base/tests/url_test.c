#include "common/base/url.h"

#include "common/base/tests/arena_helper.h"

static void bad_urls_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        ":",
        "//e.com",
        "/a",
        "e.com/a",
        "1http://e",
        "-x:a",
        "ht tp://e.com",
        "http\n://e.com",
        "http://e.com/ a",
        "http://e.com/%2",
        "http://e.com/%",
        "http://e.com/%zz",
        "http://e.com/?%2",
        "http://e.com/#%2",
        "http://e.com:99999/",
        "http://e.com:65536/",
        "http://e.com:-1/",
        "http://e.com:8x/",
        "http://e.com:80:80/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[::1]x:80/",
        "http://::1/",
        "http://[]/",
        "http://[e.com]/",
        "http://[localhost]/",
        "http://[127.0.0.1]/",
        "http://[::1%25eth0]/",
        "http://[fe80::1::2]/",
        "http://[v1.a]/",
        "http://e.com\\@f.com",
        "http://e.com\\f.com/",
        "http://u@v@e.com/",
        "http://e.com/\n",
        "http://e.com/\x7f",
        "http://e.com/\xc3\xa9",
        "http://a b.com/",
        "https://e.com/<",
        "https://e.com/\"",
        "https://e.com/{a}",
        "https://e.com/a|b",
        "https://e.com/#a#b",
    };
    struct url url;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!err_is(url_parse(str_from(rows[i]), &url), E_bad_request))
            fail_msg("taken: %s", rows[i]);
    assert_err(url_parse(str_of("http://e.com/a\0b", 16), &url), bad_request);
    assert_err(url_parse(str_of("http://e.com\0.f.com/", 20), &url), bad_request);
}

static void a_url_is_taken_apart(void **state) {
    (void)state;
    struct url url;
    assert_ok(url_parse(S("HTTPS://u:p@E.com:8443/a/b?x=1&y=?/#f?/"), &url));
    assert_str(url.scheme, "HTTPS");
    assert_str(url.userinfo, "u:p");
    assert_str(url.host, "E.com");
    assert_str(url.port, "8443");
    assert_str(url.path, "/a/b");
    assert_str(url.query, "x=1&y=?/");
    assert_str(url.fragment, "f?/");
    assert_ok(url_parse(S("http://[2001:db8::1]:80?"), &url));
    assert_str(url.host, "2001:db8::1");
    assert_str(url.port, "80");
    assert_str(url.path, "");
    assert_true(str_present(url.query) && str_empty(url.query));
    assert_false(str_present(url.fragment) || str_present(url.userinfo));
    assert_ok(url_parse(S("com.example.app:/cb"), &url));
    assert_false(str_present(url.host) || str_present(url.port));
    assert_str(url.path, "/cb");
    assert_ok(url_parse(S("urn:ietf:params:oauth:request_uri:x"), &url));
    assert_str(url.path, "ietf:params:oauth:request_uri:x");
    assert_ok(url_parse(S("http://e.com#"), &url));
    assert_true(str_present(url.fragment) && str_empty(url.fragment));
}

static void urls_are_normalized_as_rfc_3986_says(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"HTTP://Example.COM:80/%7euser/a/../b/./c?x=%2f#Y",
         "http://example.com/~user/b/c?x=%2F#Y"},
        {"https://e.com", "https://e.com/"},
        {"https://e.com?x", "https://e.com/?x"},
        {"https://e.com:443/..", "https://e.com/"},
        {"https://e.com:80/", "https://e.com:80/"},
        {"https://e.com:/", "https://e.com/"},
        {"https://e.com:8443/a/..", "https://e.com:8443/"},
        {"https://e.com/a/%2e%2E/b", "https://e.com/b"},
        {"https://e.com/a/./", "https://e.com/a/"},
        {"https://e.com/../../a", "https://e.com/a"},
        {"https://e.com/a//../b", "https://e.com/a/b"},
        {"https://e.com/...", "https://e.com/..."},
        {"https://e.com/a%2fb%00", "https://e.com/a%2Fb%00"},
        {"https://u@[::1]:9/a", "https://u@[::1]:9/a"},
        {"HTTP://[2001:DB8::A]/", "http://[2001:db8::a]/"},
        {"com.example.app:/cb", "com.example.app:/cb"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out, again;
        assert_ok(url_normalize(arena, str_from(rows[i].in), &out));
        assert_str(out, rows[i].out);
        assert_ok(url_normalize(arena, out, &again));
        assert_str(again, rows[i].out);
    }
}

/* RFC 8252 7.3 and 8.3: the loopback interface, and nothing that only looks like it. */
static void loopback_is_loopback(void **state) {
    (void)state;
    static const struct {
        const char *url;
        bool loopback;
    } rows[] = {
        {"http://127.0.0.1/", true},
        {"http://127.255.0.9:8080/cb", true},
        {"http://[::1]:1/", true},
        {"http://localhost:3000/", true},
        {"HTTP://LOCALHOST/", true},
        {"https://127.0.0.1/", false},
        {"http://127.0.0.1.example.com/", false},
        {"http://127.0.0.1.5/", false},
        {"http://127.0.0/", false},
        {"http://127.1/", false},
        {"http://127.../", false},
        {"http://127.0.0.256/", false},
        {"http://127.0.0.1%00.e.com/", false},
        {"http://localhost.example.com/", false},
        {"http://localhost./", false},
        {"http://[::2]/", false},
        {"http://[::ffff:127.0.0.1]/", false},
        {"http://0.0.0.0/", false},
        {"http://2130706433/", false},
        {"http://127.0.0.1@e.com/", false},
        {"app://localhost/", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        assert_ok(url_parse(str_from(rows[i].url), &url));
        if (url_is_loopback(&url) != rows[i].loopback)
            fail_msg("wrong: %s", rows[i].url);
    }
}

static void an_origin_is_scheme_host_and_port(void **state) {
    (void)state;
    static const struct {
        const char *url, *origin;
    } rows[] = {{"HTTPS://E.com:443/a?b#c", "https://e.com"},
                {"http://e.com:80", "http://e.com"},
                {"http://e.com:443", "http://e.com:443"},
                {"http://u:p@e.com:8080/", "http://e.com:8080"},
                {"http://[::1]:3000/", "http://[::1]:3000"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        str origin;
        assert_ok(url_parse(str_from(rows[i].url), &url));
        assert_ok(url_origin(arena, &url, &origin));
        assert_str(origin, rows[i].origin);
    }
}

static void a_query_is_added_before_the_fragment(void **state) {
    (void)state;
    static const struct {
        const char *base, *out;
    } rows[] = {{"https://e.com/cb", "https://e.com/cb?a=1"},
                {"https://e.com/cb?", "https://e.com/cb?a=1"},
                {"https://e.com/cb?x=y", "https://e.com/cb?x=y&a=1"},
                {"https://e.com/cb?x=y&", "https://e.com/cb?x=y&a=1"},
                {"https://e.com/cb#f", "https://e.com/cb?a=1#f"},
                {"https://e.com/cb?x=y#f?g", "https://e.com/cb?x=y&a=1#f?g"},
                {"https://e.com/cb#f?g", "https://e.com/cb?a=1#f?g"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out;
        assert_ok(url_add_query(arena, str_from(rows[i].base), S("a=1"), &out));
        assert_str(out, rows[i].out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_urls_are_refused),
        cmocka_unit_test(loopback_is_loopback),
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(urls_are_normalized_as_rfc_3986_says),
        cmocka_unit_test(an_origin_is_scheme_host_and_port),
        cmocka_unit_test(a_query_is_added_before_the_fragment),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
