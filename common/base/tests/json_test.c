#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/tests/arena_helper.h"

static void text_that_is_not_strict_json_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{\"a\":1,\"a\":2}",
                                      "{\"a\":{\"b\":1,\"b\":1}}",
                                      "{\"a\":1,\"\\u0061\":2}",
                                      "{} x",
                                      "{}{}",
                                      "1 2",
                                      "null,",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\\u0000\"",
                                      "{\"\\u0000\":1}",
                                      "{\"a\\u0000b\":1}",
                                      "\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xf4\x90\x80\x80\"",
                                      "\"\n\"",
                                      "\"\t\"",
                                      "01",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "1e",
                                      "0x10",
                                      "NaN",
                                      "Infinity",
                                      "-Infinity",
                                      "1e400",
                                      "-1e400",
                                      "99999999999999999999",
                                      "TRUE",
                                      "tru",
                                      "// x\n1",
                                      "/* x */ 1",
                                      "\"a",
                                      "\"\\x41\"",
                                      "\xef\xbb\xbf{}",
                                      "\xfe\xff"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        json_t *json = NULL;
        if (!err_is(json_read(str_from(bad[i]), &json), E_bad_request))
            fail_msg("taken: %s", bad[i]);
        assert_null(json);
    }
    json_t *json = NULL;
    assert_err(json_read(str_of("{}\0", 3), &json), bad_request);
    assert_err(json_read(str_of("\"a\0b\"", 5), &json), bad_request);
    assert_err(json_read(STR_ABSENT, &json), bad_request);
}

static void nesting_past_32_is_refused(void **state) {
    (void)state;
    for (int depth = 31; depth <= 34; depth++)
        for (int object = 0; object < 2; object++) {
            struct buf buf = buf_in(arena, 4096);
            AUTO(json_ref) json = NULL;
            str text;
            for (int i = 0; i < depth; i++)
                buf_add(&buf, object ? S("{\"[{\\\"\":") : S("["));
            buf_add_c(&buf, '1');
            for (int i = 0; i < depth; i++)
                buf_add_c(&buf, object ? '}' : ']');
            assert_ok(buf_str(&buf, &text));
            assert_int_equal(failed(json_read(text, &json)), depth > JSON_MAX_DEPTH);
        }
}

static void only_an_object_is_an_object(void **state) {
    (void)state;
    static const char *const bad[] = {"[]", "1", "\"x\"", "null", "true", "[{}]"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        json_t *json = NULL;
        assert_err(json_read_object(str_from(bad[i]), &json), bad_request);
        assert_null(json);
    }
}

static void members_have_their_type_or_are_absent(void **state) {
    (void)state;
    AUTO(json_ref) json = NULL;
    int64_t n = 0;
    assert_ok(json_read_object(S("{\"s\":\"x\",\"e\":\"\",\"null\":null,\"t\":true,\"f\":false,"
                                 "\"one\":1,\"l\":[]}"),
                               &json));
    assert_str(json_read_str(json, "s"), "x");
    assert_true(str_present(json_read_str(json, "e")));
    assert_false(str_present(json_read_str(json, "null")));
    assert_false(str_present(json_read_str(json, "one")));
    assert_false(str_present(json_read_str(json, "missing")));
    assert_true(json_read_has(json, "l") && json_read_has(json, "f") && json_read_has(json, "e"));
    assert_false(json_read_has(json, "null") || json_read_has(json, "missing"));
    assert_true(json_read_true(json, "t"));
    assert_false(json_read_true(json, "f") || json_read_true(json, "one") ||
                 json_read_true(json, "s"));
    assert_true(json_read_int(json, "one", &n) && n == 1);
    assert_false(json_read_int(json, "s", &n) || json_read_int(json, "t", &n) ||
                 json_read_int(json, "null", &n) || json_read_int(json, "missing", &n));
}

static void integers_are_integers_inside_64_bits(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        {"{\"n\":0}", true, 0},
        {"{\"n\":-5}", true, -5},
        {"{\"n\":9223372036854775807}", true, INT64_MAX},
        {"{\"n\":-9223372036854775808}", true, INT64_MIN},
        {"{\"n\":1.0}", true, 1},
        {"{\"n\":1e3}", true, 1000},
        {"{\"n\":1.5}", false, 0},
        {"{\"n\":1e18}", true, 1000000000000000000},
        {"{\"n\":1e19}", false, 0},
        {"{\"n\":9223372036854775808.0}", false, 0},
        {"{\"n\":-1e300}", false, 0},
        {"{\"n\":\"1\"}", false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(json_ref) json = NULL;
        int64_t n = 0;
        assert_ok(json_read_object(str_from(rows[i].text), &json));
        assert_int_equal(json_read_int(json, "n", &n), rows[i].good);
        assert_true(n == rows[i].value);
    }
}

static void json_written_is_json_read(void **state) {
    (void)state;
    struct json_put j = json_put_begin(arena, 1024);
    json_put_open(&j, '{');
    json_put_str(&j, "a", S("q\"\\\n<\x01"));
    json_put_str(&j, "left_out", STR_ABSENT);
    json_put_str_or_null(&j, "nothing", STR_ABSENT);
    json_put_words(&j, "w", S("x  y"));
    json_put_int(&j, "n", INT64_MIN);
    json_put_open_at(&j, "l", '[');
    json_put_item_int(&j, 1);
    json_put_open(&j, '{');
    json_put_bool(&j, "t", true);
    json_put_close(&j, '}');
    json_put_item_raw(&j, S("[]"));
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    str text;
    assert_ok(json_put_done(&j, &text));
    assert_str(text,
               "{\"a\":\"q\\\"\\\\\\u000a\\u003c\\u0001\",\"nothing\":null,\"w\":[\"x\",\"y\"],"
               "\"n\":-9223372036854775808,\"l\":[1,{\"t\":true},[]]}");
    AUTO(json_ref) doc = NULL;
    assert_ok(json_read_object(text, &doc));
    assert_str(json_read_str(doc, "a"), "q\"\\\n<\x01");
    str dumped;
    AUTO(json_ref) again = NULL;
    assert_ok(json_read_dump(arena, doc, &dumped));
    assert_ok(json_read(dumped, &again));
    assert_true(json_equal(doc, again));
}

static void json_past_its_maximum_is_an_error(void **state) {
    (void)state;
    struct json_put j = json_put_begin(arena, 10);
    str text;
    json_put_open(&j, '{');
    json_put_str(&j, "name", S("a value"));
    json_put_close(&j, '}');
    assert_err(json_put_done(&j, &text), no_memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_not_strict_json_is_refused),
        cmocka_unit_test(nesting_past_32_is_refused),
        cmocka_unit_test(only_an_object_is_an_object),
        cmocka_unit_test(members_have_their_type_or_are_absent),
        cmocka_unit_test(integers_are_integers_inside_64_bits),
        cmocka_unit_test(json_written_is_json_read),
        cmocka_unit_test(json_past_its_maximum_is_an_error),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
