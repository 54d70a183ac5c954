/* What a developer is told of a redirect_uri. */
#include "authz/protocol/redirect_uri_difference.h"

#include "common/base/testing.h"

static const str registered[] = {
    S_INIT("https://app.example/cb"), S_INIT("https://app.example/other?a=1&b=2"),
    S_INIT("http://127.0.0.1/native"), S_INIT("https://app.example/é")};

static const struct {
    bool normalise, native;
    const char *requested;
    bool matches;
    const char *rule, *nearest;
    size_t at;
    const char *expected, *found, *hint; /* a word of it, or NULL */
} rows[] = {
    {false, false, "https://app.example/cb", true, "exact", "https://app.example/cb", 0, "", "",
     NULL},
    {false, false, "https://app.example/cb/", false, "", "https://app.example/cb", 22, "", "/",
     "slash"},
    {true, false, "https://app.example/cb/", true, "normalised", "https://app.example/cb", 0, "",
     "", NULL},
    {true, false, "HTTPS://APP.example/cb", true, "normalised", "https://app.example/cb", 0, "", "",
     NULL},
    {false, true, "http://127.0.0.1:4711/native", true, "loopback_port", "http://127.0.0.1/native",
     0, "", "", NULL},
    {false, false, "http://127.0.0.1:4711/native", false, "", "http://127.0.0.1/native", 16, "/",
     ":", "port"},
    {false, false, "http://app.example/cb", false, "", "https://app.example/cb", 4, "s", ":",
     "scheme"},
    {false, false, "https://app.example/CB", false, "", "https://app.example/cb", 20, "c", "C",
     "case"},
    {false, false, "https://app.example/c%62", false, "", "https://app.example/cb", 21, "b", "%",
     "encoding"},
    {false, false, "https://app.example/cb#x", false, "", "https://app.example/cb", 22, "", "#",
     "fragment"},
    {false, false, " https://app.example/cb", false, "", "https://app.example/cb", 0, "h", " ",
     "space"},
    {false, false, "https://app.example:8443/cb", false, "", "https://app.example/cb", 19, "/", ":",
     "port"},
    {false, false, "https://app.example/other?b=2&a=1", false, "",
     "https://app.example/other?a=1&b=2", 26, "a", "b", "query"},
    {false, false, "https://www.app.example/cb", false, "", "https://app.example/cb", 8, "a", "w",
     "host"},
    {false, false, "https://app.example/è", false, "", "https://app.example/é", 21, NULL, NULL,
     NULL},
    {false, false, "", false, "", "https://app.example/cb", 0, "h", "", NULL},
};

static void each_row(void **state) {
    struct arena *arena = arena_new(1 << 16);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct redirect_uri_rules rules = {.normalise = rows[i].normalise,
                                                 .native = rows[i].native};
        struct redirect_uri_difference out;
        assert_ok(redirect_uri_compare(arena, &rules, registered, COUNT(registered),
                                       str_from(rows[i].requested), &out));
        if (out.matches != rows[i].matches || out.at != rows[i].at)
            fail_msg("row %zu: %d at %zu", i, out.matches, out.at);
        assert_str(out.registered, rows[i].nearest);
        assert_true(str_eq(out.rule.p ? out.rule : S(""), str_from(rows[i].rule)));
        if (rows[i].expected && !out.matches) {
            assert_str(out.expected, rows[i].expected);
            assert_str(out.found, rows[i].found);
        }
        if (rows[i].hint && (!out.hint || !strstr(out.hint, rows[i].hint)))
            fail_msg("row %zu: %s", i, out.hint ? out.hint : "no hint");
    }
    arena_free(arena);
}

static void a_client_without_any_has_no_nearest(void **state) {
    struct arena *arena = arena_new(1 << 16);
    const struct redirect_uri_rules rules = {0};
    struct redirect_uri_difference out;
    (void)state;
    assert_ok(redirect_uri_compare(arena, &rules, NULL, 0, S("https://app.example/cb"), &out));
    assert_false(out.matches);
    assert_false(str_present(out.registered));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_row),
                                       cmocka_unit_test(a_client_without_any_has_no_nearest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
