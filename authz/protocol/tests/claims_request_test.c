#include "authz/protocol/claims_request.h"

#include "common/base/testing.h"

static int with_arena(void **state) {
    *state = arena_new(1 << 20);
    return *state ? 0 : -1;
}

static int drop_arena(void **state) {
    arena_free(*state);
    return 0;
}

static const struct {
    const char *text;
    enum err_code error;
} shapes[] = {
    {"{}", E_ok},
    {"{\"userinfo\":{},\"id_token\":{}}", E_ok},
    {"{\"other\":7,\"userinfo\":{\"name\":null}}", E_ok},
    {"{\"userinfo\":{\"name\":{}}}", E_ok},
    {"{\"userinfo\":{\"name\":{\"essential\":true}}}", E_ok},
    {"{\"userinfo\":{\"name\":{\"essential\":false,\"value\":7,\"unknown\":[]}}}", E_ok},
    {"{\"userinfo\":{\"name\":{\"values\":[1,\"a\"]}}}", E_ok},
    {"{\"userinfo\":{\"http://example.info/claims/groups\":null,\"name#ja-Kana\":null}}", E_ok},
    {"{\"id_token\":{\"acr\":null,\"sub\":null,\"auth_time\":{\"essential\":true}}}", E_ok},
    {"", E_invalid_request},
    {"x", E_invalid_request},
    {"null", E_invalid_request},
    {"[]", E_invalid_request},
    {"\"userinfo\"", E_invalid_request},
    {"{", E_invalid_request},
    {"{} {}", E_invalid_request},
    {"{\"userinfo\":{},\"userinfo\":{}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":null,\"name\":null}}", E_invalid_request},
    {"{\"userinfo\":null}", E_invalid_request},
    {"{\"userinfo\":[\"name\"]}", E_invalid_request},
    {"{\"userinfo\":\"name\"}", E_invalid_request},
    {"{\"id_token\":true}", E_invalid_request},
    {"{\"userinfo\":{\"name\":true}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":\"essential\"}}", E_invalid_request},
    {"{\"userinfo\":{\"unknown\":[]}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":{\"essential\":\"true\"}}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":{\"essential\":1}}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":{\"values\":[]}}}", E_invalid_request},
    {"{\"userinfo\":{\"name\":{\"values\":\"a\"}}}", E_invalid_request},
    {"{\"id_token\":{\"acr\":{\"values\":[1]}}}", E_invalid_request},
    {"{\"id_token\":{\"acr\":{\"value\":7}}}", E_invalid_request},
    {"{\"id_token\":{\"sub\":{\"value\":null}}}", E_invalid_request},
    {"{\"userinfo\":{\"sub\":{\"value\":\"a\"}},\"id_token\":{\"sub\":{\"value\":\"b\"}}}",
     E_invalid_request},
    {"{\"userinfo\":{\"name\":{\"values\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}}}",
     E_invalid_request},
};

static void each_shape_is_taken_or_refused_as_its_row_says(void **state) {
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct claims_request claims;
        err e = claims_request_parse(*state, str_from(shapes[i].text), &claims);
        if (e.code != shapes[i].error)
            fail_msg("%s: %s", shapes[i].text, err_name(e.code));
        for (const char *p = e.why; p && *p; p++) /* RFC 6749 4.1.2.1 */
            assert_true(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
    }
}

static void a_request_that_is_too_large_or_too_deep_is_refused(void **state) {
    struct claims_request claims;
    char *text = arena_alloc(*state, CLAIMS_REQUEST_MAX + 1);
    memset(text, ' ', CLAIMS_REQUEST_MAX + 1);
    text[0] = '{', text[CLAIMS_REQUEST_MAX - 1] = '}';
    assert_ok(claims_request_parse(*state, str_of(text, CLAIMS_REQUEST_MAX), &claims));
    assert_err(claims_request_parse(*state, str_of(text, CLAIMS_REQUEST_MAX + 1), &claims),
               invalid_request);
    memset(text, '[', CLAIMS_REQUEST_MAX);
    assert_err(claims_request_parse(*state, str_of(text, CLAIMS_REQUEST_MAX), &claims),
               invalid_request);
}

static void names_are_taken_apart_by_place(void **state) {
    struct claims_request claims;
    assert_ok(claims_request_parse(
        *state,
        S("{\"userinfo\":{\"name\":{\"essential\":true},\"shoe_size\":null,\"email\":null},"
          "\"id_token\":{\"email\":null,\"auth_time\":null,\"sub\":null,\"acr\":null}}"),
        &claims));
    assert_str(claims.userinfo, "name email");
    assert_str(claims.id_token, "email");
    assert_int_equal(claims.sub_count, 0);
    assert_false(str_present(claims.acr));
    assert_false(claims.acr_essential);
}

static void sub_and_acr_are_taken_by_value(void **state) {
    struct claims_request claims;
    assert_ok(claims_request_parse(
        *state,
        S("{\"id_token\":{\"sub\":{\"values\":[\"u1\",\"u 2\"]},"
          "\"acr\":{\"essential\":true,\"values\":[\"gold\",\"two words\",\"silver\"]}}}"),
        &claims));
    assert_int_equal(claims.sub_count, 2);
    assert_str(claims.subs[1], "u 2");
    assert_str(claims.acr, "gold silver");
    assert_true(claims.acr_essential);
    assert_ok(claims_request_parse(
        *state, S("{\"userinfo\":{\"sub\":{\"value\":\"u1\"},\"acr\":{\"value\":\"gold\"}}}"),
        &claims));
    assert_int_equal(claims.sub_count, 1);
    assert_str(claims.subs[0], "u1");
    assert_false(str_present(claims.acr)); /* about the ID token alone */
}

/* An essential acr without values is met by any. */
static void essential_alone_demands_no_class(void **state) {
    struct claims_request claims;
    assert_ok(
        claims_request_parse(*state, S("{\"id_token\":{\"acr\":{\"essential\":true}}}"), &claims));
    assert_false(claims.acr_essential);
}

static void what_the_scope_does_not_show_needs_consent(void **state) {
    struct claims_request claims = {.userinfo = S("name email"),
                                    .id_token = S("email phone_number")};
    str words;
    assert_ok(claims_request_consent(*state, &claims, S("openid profile"), &words));
    assert_str(words, "claim:email claim:phone_number");
    assert_ok(claims_request_consent(*state, &claims, S("openid"), &words));
    assert_str(words, "claim:name claim:email claim:phone_number");
    assert_ok(claims_request_consent(*state, &claims, S("profile email phone"), &words));
    assert_false(str_present(words));
    claims = (struct claims_request){.sub_count = 0};
    assert_ok(claims_request_consent(*state, &claims, S("openid"), &words));
    assert_false(str_present(words));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, with_arena, drop_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_shape_is_taken_or_refused_as_its_row_says),
        TEST(a_request_that_is_too_large_or_too_deep_is_refused),
        TEST(names_are_taken_apart_by_place),
        TEST(sub_and_acr_are_taken_by_value),
        TEST(essential_alone_demands_no_class),
        TEST(what_the_scope_does_not_show_needs_consent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
