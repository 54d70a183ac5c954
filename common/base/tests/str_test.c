#include "common/base/str.h"

#include "common/base/tests/arena_helper.h"
#include "common/base/utf8.h"

static void absent_equals_only_absent(void **state) {
    (void)state;
    assert_true(str_eq(STR_ABSENT, STR_ABSENT));
    assert_false(str_eq(STR_ABSENT, S("")));
    assert_false(str_eq_nocase(S(""), STR_ABSENT));
    assert_true(str_eq(S(""), S("")));
    assert_false(str_eq(S("a"), S("ab")));
    assert_false(str_eq(str_of("a\0b", 3), str_of("a\0c", 3)));
    assert_true(str_eq_nocase(S("BeArer"), S("bearer")));
    assert_false(str_eq_nocase(S("\xc3\x89"), S("\xc3\xa9"))); /* letters of ASCII only */
    assert_false(str_eq_nocase(S("[@"), S("{`")));
}

static void parts_are_found(void **state) {
    (void)state;
    assert_true(str_starts(S("abc"), S("ab")) && str_ends(S("abc"), S("bc")));
    assert_true(str_starts(S("abc"), S("")) && str_ends(STR_ABSENT, S("")));
    assert_false(str_starts(S("a"), S("ab")) || str_ends(S("b"), S("ab")));
    assert_int_equal(str_find(S("a.b.c"), '.'), 1);
    assert_int_equal(str_find(S("abc"), '.'), 3);
    assert_int_equal(str_find(STR_ABSENT, '.'), 0);
    assert_int_equal(str_find_str(S("aab"), S("ab")), 1);
    assert_int_equal(str_find_str(S("ab"), S("abc")), 2);
    assert_str(str_from_pos(S("abc"), 1), "bc");
    assert_str(str_from_pos(S("abc"), 9), "");
    assert_str(str_head(S("abc"), 2), "ab");
    assert_str(str_head(S("abc"), 9), "abc");
    assert_str(str_trim(S(" \t a b\t ")), "a b");
    assert_str(str_trim(S(" \t")), "");
    assert_true(str_has_word(S("openid  email"), S("email")));
    assert_false(str_has_word(S("openid email"), S("mail")));
    assert_false(str_has_word(S("openid email"), S("")));
    assert_false(str_has_word(S("a  b"), S("")));
    assert_false(str_has_word(STR_ABSENT, S("a")));
}

static void every_part_of_a_list_is_given(void **state) {
    (void)state;
    static const struct {
        const char *list;
        int parts;
    } rows[] = {{"", 1}, {"a", 1}, {"a b", 2}, {"a  b", 3}, {" ", 2}, {"a ", 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        str rest = str_from(rows[i].list), part;
        int n = 0;
        while (str_next(&rest, ' ', &part))
            n++;
        assert_int_equal(n, rows[i].parts);
    }
    str rest = STR_ABSENT, part;
    assert_false(str_next(&rest, ' ', &part));
}

static void numbers_are_digits_up_to_their_maximum(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t max, value; /* -1: refused */
    } rows[] = {
        {"0", 9, 0},
        {"007", 9, 7},
        {"9", 5, -1},
        {"5", 5, 5},
        {"6", 5, -1},
        {"1", 0, -1},
        {"0", 0, 0},
        {"10", 9, -1},
        {"65535", 65535, 65535},
        {"65536", 65535, -1},
        {"9223372036854775807", INT64_MAX, INT64_MAX},
        {"9223372036854775808", INT64_MAX, -1},
        {"99999999999999999999", INT64_MAX, -1},
        {"", 9, -1},
        {"-1", 9, -1},
        {"+1", 9, -1},
        {" 1", 9, -1},
        {"1 ", 9, -1},
        {"1.0", 9, -1},
        {"0x1", 99, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = -1;
        err e = str_to_int(str_from(rows[i].text), rows[i].max, &value);
        if (failed(e) != (rows[i].value < 0) || (!failed(e) && value != rows[i].value))
            fail_msg("wrong: %s up to %lld", rows[i].text, (long long)rows[i].max);
    }
}

static void copies_end_with_a_nul(void **state) {
    (void)state;
    str out;
    const char *c;
    assert_ok(str_dup(arena, str_of("abcdef", 3), &out));
    assert_int_equal(out.p[3], 0);
    assert_ok(str_dup(arena, STR_ABSENT, &out));
    assert_false(str_present(out));
    assert_ok(str_to_c(arena, S("abc"), &c));
    assert_string_equal(c, "abc");
    assert_ok(str_to_c(arena, STR_ABSENT, &c));
    assert_null(c);
    assert_err(str_to_c(arena, str_of("a\0b", 3), &c), bad_request);
    assert_ok(str_printf(arena, &out, "%d-%s", 7, "x"));
    assert_str(out, "7-x");
    assert_ok(STR_JOIN(arena, &out, S("a"), STR_ABSENT, S("b"), S("")));
    assert_str(out, "ab");
    assert_int_equal(out.p[2], 0);
    assert_ok(str_lower(arena, S("aZ\xc3\x89"), &out));
    assert_str(out, "az\xc3\x89");
}

static void text_past_the_ceiling_is_an_error(void **state) {
    (void)state;
    struct arena *small = arena_new(256);
    static const char big[1000];
    str out;
    assert_err(str_dup(small, str_of(big, sizeof big), &out), no_memory);
    assert_err(str_printf(small, &out, "%1000d", 1), no_memory);
    assert_err(STR_JOIN(small, &out, str_of(big, 500), str_of(big, 500)), no_memory);
    assert_err(str_lower(small, str_of(big, sizeof big), &out), no_memory);
    assert_ok(str_dup(small, S("fits"), &out));
    arena_free(small);
}

/* RFC 3629 3 and 4. */
static void utf8_is_valid_only_in_its_shortest_form(void **state) {
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2\x41",
                                      "\xc2\xc2",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xe1\x80",
                                      "\xe1\x80\x41",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x80\x80\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf0\x90\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "a\xff",
                                      "\xc3\xa9\xc3"};
    static const struct {
        const char *text;
        size_t length;
    } good[] = {{"", 0},
                {"abc\x7f", 4},
                {"\xc2\x80\xdf\xbf", 2},
                {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 4},
                {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 2}};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(utf8_valid(str_from(bad[i])));
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(utf8_valid(str_from(good[i].text)));
        assert_int_equal(utf8_length(str_from(good[i].text)), good[i].length);
    }
    assert_true(utf8_valid(str_of("a\0b", 3)));
}

static void controls_are_seen(void **state) {
    (void)state;
    static const char *const with[] = {"\x01", "a\nb", "\x1f", "\x7f", "\xc2\x80", "x\xc2\x9f"};
    static const char *const without[] = {"", " ", "a~", "\xc2\xa0", "\xc3\x80", "\xe2\x82\xac"};
    for (size_t i = 0; i < COUNT(with); i++)
        assert_true(utf8_has_control(str_from(with[i])));
    for (size_t i = 0; i < COUNT(without); i++)
        assert_false(utf8_has_control(str_from(without[i])));
    assert_true(utf8_has_control(str_of("\0", 1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_equals_only_absent),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(every_part_of_a_list_is_given),
        cmocka_unit_test(numbers_are_digits_up_to_their_maximum),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(text_past_the_ceiling_is_an_error),
        cmocka_unit_test(utf8_is_valid_only_in_its_shortest_form),
        cmocka_unit_test(controls_are_seen),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
