#include "common/base/base64.h"
#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/testing.h"
#include "common/base/url.h"

static void urls_are_normalized_as_rfc_3986_says(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"HTTP://Example.COM:80/%7euser/a/../b/./c?x=%2f#Y",
         "http://example.com/~user/b/c?x=%2F#Y"},
        {"https://e.com", "https://e.com/"},
        {"https://e.com:443/..", "https://e.com/"},
        {"https://e.com:8443/a/..", "https://e.com:8443/"},
        {"https://u@[::1]:9/a", "https://u@[::1]:9/a"},
        {"com.example.app:/cb", "com.example.app:/cb"},
    };
    struct arena *arena = arena_new(1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out, again;
        assert_ok(url_normalize(arena, str_from(rows[i].in), &out));
        assert_str(out, rows[i].out);
        assert_ok(url_normalize(arena, out, &again));
        assert_str(again, rows[i].out);
    }
    arena_free(arena);
}

static void bad_urls_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"",
                                       "//e.com",
                                       "e.com/a",
                                       "1http://e",
                                       "http://e.com/ a",
                                       "http://e.com/%2",
                                       "http://e.com:99999/",
                                       "http://[::1/",
                                       "http://e.com\\@f.com",
                                       "http://e.com/\n",
                                       "http://e.com:8x/",
                                       "http://a b.com/",
                                       "https://e.com/<"};
    struct url url;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_err(url_parse(str_from(rows[i]), &url), bad_request);
}

static void base64_is_strict(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    str out;
    assert_ok(base64url_decode(arena, S("Zm9vYg"), &out));
    assert_str(out, "foob");
    assert_ok(base64_decode(arena, S("Zm9vYg=="), &out));
    assert_str(out, "foob");
    static const char *const bad[] = {"Zm9vYg==", "Zm9vYh", "Z", "Zm9v Yg", "Zm+v", "Zm9vYg\n"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(base64url_decode(arena, str_from(bad[i]), &out), bad_request);
    arena_free(arena);
}

static void json_written_is_json_read(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct json_put j = json_put_begin(arena, 1024);
    json_put_open(&j, '{');
    json_put_str(&j, "a", S("q\"\\\n<"));
    json_put_str(&j, "left_out", STR_ABSENT);
    json_put_words(&j, "w", S("x y"));
    json_put_int(&j, "n", -5);
    json_put_close(&j, '}');
    str text;
    assert_ok(json_put_done(&j, &text));
    assert_str(text, "{\"a\":\"q\\\"\\\\\\u000a\\u003c\",\"w\":[\"x\",\"y\"],\"n\":-5}");
    AUTO(json_ref) doc = NULL;
    assert_ok(json_read_object(text, &doc));
    assert_str(json_read_str(doc, "a"), "q\"\\\n<");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_normalized_as_rfc_3986_says),
        cmocka_unit_test(bad_urls_are_refused),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(json_written_is_json_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
