#include "common/base/testing.h"

#include "common/http/fields.h"
#include "common/http/test_request.h"

struct sample {
    str name, email, site, code, role, extra, list;
    bool flag;
};

static const struct field table[] = {
    {"name", FIELD_TEXT, FIELD_REQUIRED | FIELD_NULLABLE, 2, 5, offsetof(struct sample, name),
     NULL},
    {"email", FIELD_EMAIL, 0, 0, 254, offsetof(struct sample, email), NULL},
    {"site", FIELD_URL, 0, 0, 0, offsetof(struct sample, site), NULL},
    {"code", FIELD_DIGITS, 0, 6, 6, offsetof(struct sample, code), NULL},
    {"role", FIELD_WORD, 0, 0, 0, offsetof(struct sample, role), "admin member"},
    {"extra", FIELD_OBJECT, 0, 0, 20, offsetof(struct sample, extra), NULL},
    {"list", FIELD_LIST, 0, 0, 0, offsetof(struct sample, list), NULL},
    {"flag", FIELD_BOOL, 0, 0, 0, offsetof(struct sample, flag), NULL},
};

static err read_body(struct test_request *t, const char *body, struct sample *out,
                     enum field_state *states) {
    *out = (struct sample){0};
    test_request_body(t, "application/json", body);
    return fields_read_states(&t->rq, table, COUNT(table), out, states);
}

static void good_fields_are_read(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    struct sample in;
    enum field_state states[COUNT(table)];
    assert_ok(read_body(t,
                        "{\"name\":\"\xc3\xa9t\xc3\xa9\",\"email\":\" Ada.L@Example.COM \","
                        "\"site\":\"com.app:/cb\",\"code\":\"012345\",\"role\":\"admin\","
                        "\"extra\":{\"b\": 1, \"a\": [2]},\"list\":[\"x\",\"y\"],\"flag\":true,"
                        "\"unknown\":7}",
                        &in, states));
    assert_str(in.name, "\xc3\xa9t\xc3\xa9");
    assert_str(in.email, "ada.l@example.com");
    assert_str(in.site, "com.app:/cb");
    assert_str(in.code, "012345");
    assert_str(in.role, "admin");
    assert_str(in.extra, "{\"b\":1,\"a\":[2]}");
    assert_str(in.list, "[\"x\",\"y\"]");
    assert_true(in.flag);
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(states[i], FIELD_SET);
    test_request_free(t);
}

struct bad {
    const char *body, *field, *rule, *message;
};

static void bad_fields_are_named_with_their_rule(void **state) {
    (void)state;
    static const struct bad rows[] = {
        {"{}", "name", "required", "The name field must be defined"},
        {"", "name", "required", "The name field must be defined"},
        {"{\"name\":7}", "name", "string", "The name field must be a string"},
        {"{\"name\":\"\xc3\xa9\"}", "name", "minLength",
         "The name field must have at least 2 characters"},
        {"{\"name\":\"123456\"}", "name", "maxLength",
         "The name field must not be greater than 5 characters"},
        {"{\"name\":\"ab\",\"email\":\"no\"}", "email", "email",
         "The email field must be a valid email address"},
        {"{\"name\":\"ab\",\"email\":[]}", "email", "string", "The email field must be a string"},
        {"{\"name\":\"ab\",\"site\":\"/relative\"}", "site", "url",
         "The site field must be a valid URL"},
        {"{\"name\":\"ab\",\"code\":\"12345\"}", "code", "minLength",
         "The code field must have at least 6 characters"},
        {"{\"name\":\"ab\",\"code\":\"12345x\"}", "code", "regex",
         "The code field format is invalid"},
        {"{\"name\":\"ab\",\"code\":123456}", "code", "string", "The code field must be a string"},
        {"{\"name\":\"ab\",\"role\":\"owner\"}", "role", "enum",
         "The role field is not one of the allowed values"},
        {"{\"name\":\"ab\",\"role\":\"admin member\"}", "role", "enum",
         "The role field is not one of the allowed values"},
        {"{\"name\":\"ab\",\"extra\":[]}", "extra", "object", "The extra field must be an object"},
        {"{\"name\":\"ab\",\"extra\":{\"long\":\"aaaaaaaaaaaaaaa\"}}", "extra", "maxLength",
         "The extra field must not be greater than 20 characters"},
        {"{\"name\":\"ab\",\"list\":{}}", "list", "array", "The list field must be an array"},
        {"{\"name\":\"ab\",\"list\":[1]}", "list", "string",
         "The list field must hold only strings"},
        {"{\"name\":\"ab\",\"flag\":\"true\"}", "flag", "boolean",
         "The flag field must be a boolean"},
        {"{\"name\":\"ab\",\"flag\":1}", "flag", "boolean", "The flag field must be a boolean"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("POST", "/");
        struct sample in;
        enum field_state states[COUNT(table)];
        assert_err(read_body(t, rows[i].body, &in, states), validation);
        assert_int_equal(t->rq.field_error_count, 1);
        assert_string_equal(t->rq.field_errors[0].field, rows[i].field);
        assert_string_equal(t->rq.field_errors[0].rule, rows[i].rule);
        assert_string_equal(t->rq.field_errors[0].message, rows[i].message);
        test_request_free(t);
    }
}

static void every_bad_field_is_told_at_once(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    struct sample in;
    enum field_state states[COUNT(table)];
    assert_err(read_body(t, "{\"email\":1,\"flag\":2}", &in, states), validation);
    assert_int_equal(t->rq.field_error_count, 3);
    test_request_free(t);
}

static void bodies_that_are_no_object_are_bad_requests(void **state) {
    (void)state;
    static const char *const bodies[] = {"[]",   "null", "7",         "\"x\"",
                                         "{",    "{}x",  "{\"name\"", "{\"name\":\"a\",\"name\":1}",
                                         "\xff", " "};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct test_request *t = test_request_new("POST", "/");
        struct sample in;
        enum field_state states[COUNT(table)];
        assert_err(read_body(t, bodies[i], &in, states), bad_request);
        test_request_free(t);
    }
}

static void null_and_empty_text_clear_a_nullable_field(void **state) {
    (void)state;
    static const struct {
        const char *body;
        enum field_state name, email;
    } rows[] = {
        {"{\"name\":null}", FIELD_NULL, FIELD_MISSING},
        {"{\"name\":\"\"}", FIELD_NULL, FIELD_MISSING},
        {"{\"name\":\"ab\",\"email\":null}", FIELD_SET, FIELD_MISSING},
        {"{\"name\":\"ab\",\"email\":\"\"}", FIELD_SET, FIELD_MISSING},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("PATCH", "/");
        struct sample in;
        enum field_state states[COUNT(table)];
        assert_ok(read_body(t, rows[i].body, &in, states));
        assert_int_equal(states[0], rows[i].name);
        assert_int_equal(states[1], rows[i].email);
        assert_int_equal(str_present(in.name), rows[i].name == FIELD_SET);
        test_request_free(t);
    }
}

static void exhausted_arena_is_not_a_validation_error(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/");
    struct sample in;
    enum field_state states[COUNT(table)];
    arena_free(t->rq.arena);
    t->rq.arena = arena_new(1);
    assert_err(read_body(t, "{\"name\":\"abc\"}", &in, states), no_memory);
    assert_err(read_body(t, "{}", &in, states), no_memory);
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_fields_are_read),
        cmocka_unit_test(bad_fields_are_named_with_their_rule),
        cmocka_unit_test(every_bad_field_is_told_at_once),
        cmocka_unit_test(bodies_that_are_no_object_are_bad_requests),
        cmocka_unit_test(null_and_empty_text_clear_a_nullable_field),
        cmocka_unit_test(exhausted_arena_is_not_a_validation_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
