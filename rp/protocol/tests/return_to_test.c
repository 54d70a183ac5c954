#include "rp/protocol/return_to.h"

#include "common/base/testing.h"

static void what_leads_away_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "home",
        "https://e.example/",
        "https:e.example",
        "http:///e.example",
        "javascript:alert(1)",
        "//e.example",
        "///e.example",
        "/\\e.example",
        "\\/e.example",
        "\\\\e.example",
        "/a\\b",
        "/%2fe.example",
        "/%2Fe.example",
        "/%5ce.example",
        "/%5Ce.example",
        "/\te.example",
        "\t//e.example",
        " //e.example",
        "/\r\nSet-Cookie: a=b",
        "/a\nb",
        "/a\x7f",
        "/\x01",
        "/\xff",
        "@e.example",
        "app.example./",
        "?x",
        "#x",
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (return_to_is_safe(str_from(rows[i])))
            fail_msg("row %zu is taken", i);
    assert_false(return_to_is_safe(STR_ABSENT));
    assert_false(return_to_is_safe(str_of("/a\0b", 4)));
}

static void a_path_of_the_site_is_taken(void **state) {
    (void)state;
    static const char *const rows[] = {"/",       "/home",           "/a/b?c=d&e=%2Ff#g",
                                       "/a//b",   "/?u=//e.example", "/@e.example",
                                       "/%C3%A4", "/\xc3\xa4"};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!return_to_is_safe(str_from(rows[i])))
            fail_msg("row %zu is refused", i);
}

static void a_path_has_512_bytes_at_most(void **state) {
    (void)state;
    char path[10 * 1024];
    memset(path, 'a', sizeof path);
    path[0] = '/';
    assert_true(return_to_is_safe(str_of(path, RETURN_TO_MAX)));
    assert_false(return_to_is_safe(str_of(path, RETURN_TO_MAX + 1)));
    assert_false(return_to_is_safe(str_of(path, sizeof path)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_leads_away_is_refused),
        cmocka_unit_test(a_path_of_the_site_is_taken),
        cmocka_unit_test(a_path_has_512_bytes_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
