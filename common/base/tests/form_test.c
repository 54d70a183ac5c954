#include "common/base/form.h"

#include "common/base/buf.h"
#include "common/base/tests/arena_helper.h"

static void text_that_is_no_form_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "a=%",    "a=%4",      "a=%zz",       "%=a",           "a=%00",
        "%00=a",  "a=%C0%80",  "a=%E0%80%80", "a=%ED%A0%80",   "a=%F5%80%80%80",
        "a=\xff", "a=1&b=%ff", "a=%C3",       "ok=1&%C0%AF=x",
    };
    struct form form;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(form_parse(arena, str_from(bad[i]), &form), invalid_request);
    assert_err(form_parse(arena, str_of("a=b\0c", 5), &form), invalid_request);
}

static void only_128_parameters_are_taken(void **state) {
    (void)state;
    for (int n = FORM_MAX_PARAMS - 1; n <= FORM_MAX_PARAMS + 1; n++) {
        struct buf buf = buf_in(arena, 1 << 16);
        struct form form;
        str text;
        for (int i = 0; i < n; i++)
            buf_addf(&buf, "%sp%d=v", i ? "&" : "", i);
        assert_ok(buf_str(&buf, &text));
        if (n > FORM_MAX_PARAMS) {
            assert_err(form_parse(arena, text, &form), invalid_request);
            continue;
        }
        assert_ok(form_parse(arena, text, &form));
        assert_int_equal(form.n, n);
    }
}

/* RFC 6749 3.1: sent without a value is as if omitted; not more than once. */
static void an_empty_value_is_absent(void **state) {
    (void)state;
    struct form form;
    assert_ok(form_parse(arena, S("a=&b&=&&c=1&a="), &form));
    assert_int_equal(form.n, 1);
    assert_false(str_present(form_get(&form, S("a"))));
    assert_false(str_present(form_get(&form, S("b"))));
    assert_str(form_get(&form, S("c")), "1");
    assert_ok(form_unique(&form, STR_ABSENT));
    assert_ok(form_parse(arena, S("a=&a=1"), &form));
    assert_str(form_get(&form, S("a")), "1");
    assert_ok(form_unique(&form, STR_ABSENT));
    assert_ok(form_parse(arena, S(""), &form));
    assert_int_equal(form.n, 0);
    assert_ok(form_parse(arena, STR_ABSENT, &form));
    assert_int_equal(form.n, 0);
}

static void a_repetition_is_an_error_unless_allowed(void **state) {
    (void)state;
    static const struct {
        const char *text, *may_repeat;
        bool unique;
    } rows[] = {
        {"a=1&b=1", "", true},
        {"a=1&a=1", "", false},
        {"a=1&b=2&a=3", "", false},
        {"a=1&%61=3", "", false},
        {"a=1&A=3", "", true},
        {"resource=1&resource=2", "resource audience", true},
        {"resource=1&resource=2&b=1&b=2", "resource audience", false},
        {"res=1&res=2", "resource", false},
        {"a=1&a=2&a=3", "", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form;
        assert_ok(form_parse(arena, str_from(rows[i].text), &form));
        assert_int_equal(!failed(form_unique(&form, str_from(rows[i].may_repeat))), rows[i].unique);
    }
    struct form form;
    assert_ok(form_parse(arena, S("a=1&a=2"), &form));
    assert_str(form_get(&form, S("a")), "1"); /* still readable: where does the error go? */
    assert_true(form.list[0].repeated);
    assert_false(form.list[1].repeated);
}

static void values_are_decoded_once(void **state) {
    (void)state;
    struct form form;
    assert_ok(form_parse(arena, S("a+b=c%2Bd+%26&x=y=z&e=%C3%A9&f=%2525"), &form));
    assert_str(form_get(&form, S("a b")), "c+d &");
    assert_str(form_get(&form, S("x")), "y=z");
    assert_str(form_get(&form, S("e")), "\xc3\xa9");
    assert_str(form_get(&form, S("f")), "%25");
}

static void what_is_written_is_parsed_the_same(void **state) {
    (void)state;
    const struct form_param list[] = {{S("code"), S("a b+c"), false},
                                      {S("left_out"), STR_ABSENT, false},
                                      {S("state"), S("\xc3\xa9&=#?"), false}};
    str text;
    struct form form;
    assert_ok(form_write(arena, list, COUNT(list), &text));
    assert_str(text, "code=a%20b%2Bc&state=%C3%A9%26%3D%23%3F");
    assert_ok(form_parse(arena, text, &form));
    assert_int_equal(form.n, 2);
    assert_true(str_eq(form.list[1].value, list[2].value));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_no_form_is_refused),
        cmocka_unit_test(only_128_parameters_are_taken),
        cmocka_unit_test(an_empty_value_is_absent),
        cmocka_unit_test(a_repetition_is_an_error_unless_allowed),
        cmocka_unit_test(values_are_decoded_once),
        cmocka_unit_test(what_is_written_is_parsed_the_same),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
