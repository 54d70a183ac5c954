#include "authz/protocol/scope.h"

#include "common/base/testing.h"

static void lists_that_break_the_grammar_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",         " ",          " openid", "openid ", "a  b",
                                      "open\"id", "open\\id",   "a\tb",    "a\nb",    "caf\xc3\xa9",
                                      "a\x7f",    "openid\x01", "openid  "};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(scope_check(str_from(bad[i])), invalid_scope);
    assert_err(scope_check(STR_ABSENT), invalid_scope);
}

static void a_list_has_a_maximum(void **state) {
    (void)state;
    static char text[SCOPE_MAX + 1];
    memset(text, 'a', sizeof text);
    assert_ok(scope_check(str_of(text, SCOPE_MAX)));
    assert_err(scope_check(str_of(text, SCOPE_MAX + 1)), invalid_scope);
}

static void all_words_of_the_table_are_known_and_well_formed(void **state) {
    (void)state;
    str rest = scope_all(), word;
    size_t n = 0;
    assert_ok(scope_check(rest));
    for (; str_next(&rest, ' ', &word); n++)
        assert_true(scope_known(word));
    assert_true(n >= 5);
    assert_false(scope_known(S("openi")));
    assert_false(scope_known(S("OPENID")));
    assert_false(scope_known(S("openid email")));
    assert_false(scope_known(S("")));
}

static void words_are_compared_whole_and_with_case(void **state) {
    (void)state;
    assert_true(scope_within(S("email openid"), S("openid profile email")));
    assert_true(scope_within(S(""), S("openid")));
    assert_true(scope_within(STR_ABSENT, STR_ABSENT));
    assert_false(scope_within(S("mail"), S("email")));
    assert_false(scope_within(S("email"), S("mail")));
    assert_false(scope_within(S("Email"), S("email")));
    assert_false(scope_within(S("openid"), STR_ABSENT));
}

static void an_intersection_keeps_the_order_and_drops_the_rest(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"email openid", "openid email", "email openid"},
        {"email unknown openid email", "openid email", "email openid"},
        {"unknown", "openid", ""},
        {"openid", "", ""},
    };
    struct arena *arena = arena_new(65536);
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out;
        assert_ok(scope_intersect(arena, str_from(rows[i][0]), str_from(rows[i][1]), &out));
        assert_str(out, rows[i][2]);
    }
    arena_free(arena);
}

static void a_union_holds_each_word_once(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    str out;
    assert_ok(scope_union(arena, S("openid email"), S("email profile openid"), &out));
    assert_str(out, "openid email profile");
    assert_ok(scope_union(arena, STR_ABSENT, S("openid openid"), &out));
    assert_str(out, "openid");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_that_break_the_grammar_are_refused),
        cmocka_unit_test(a_list_has_a_maximum),
        cmocka_unit_test(all_words_of_the_table_are_known_and_well_formed),
        cmocka_unit_test(words_are_compared_whole_and_with_case),
        cmocka_unit_test(an_intersection_keeps_the_order_and_drops_the_rest),
        cmocka_unit_test(a_union_holds_each_word_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
