#include "authz/protocol/claims.h"

#include "common/base/json_read.h"
#include "common/base/testing.h"

static const char person_text[] =
    "{\"sub\":\"u1\",\"email\":\"ada@example.org\",\"email_verified\":true,\"name\":\"Ada L\","
    "\"given_name\":\"Ada\",\"nickname\":\"\",\"website\":null,\"updated_at\":1700000000,"
    "\"birthdate\":1815,\"address\":{\"country\":\"UK\"},\"phone_number\":\"+441\","
    "\"phone_number_verified\":false,\"display_name\":\"Ada\",\"password_hash\":\"x\"}";

static void show(struct arena *arena, const char *text, const char *scope, const char *expected) {
    AUTO(json_ref) person = NULL;
    str json;
    assert_ok(json_read_object(str_from(text), &person));
    struct claims_shown shown = {.sub = S("u1"), .scope = str_from(scope)};
    assert_ok(claims_userinfo(arena, person, &shown, &json));
    assert_str(json, expected);
}

static void a_scope_shows_its_claims_and_no_others(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    show(arena, person_text, "openid", "{\"id\":\"u1\",\"sub\":\"u1\"}");
    show(arena, person_text, "openid email",
         "{\"id\":\"u1\",\"sub\":\"u1\",\"email\":\"ada@example.org\",\"email_verified\":true}");
    show(
        arena, person_text, "openid phone",
        "{\"id\":\"u1\",\"sub\":\"u1\",\"phone_number\":\"+441\",\"phone_number_verified\":false}");
    show(arena, person_text, "openid address",
         "{\"id\":\"u1\",\"sub\":\"u1\",\"address\":{\"country\":\"UK\"}}");
    show(arena, person_text, "openid mail emails EMAIL offline_access",
         "{\"id\":\"u1\",\"sub\":\"u1\"}");
    arena_free(arena);
}

/* OIDC Core 5.3.2: neither null nor empty; a claim of a foreign type is not one. */
static void what_is_not_set_is_left_out(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    show(arena, person_text, "openid profile",
         "{\"id\":\"u1\",\"sub\":\"u1\",\"name\":\"Ada L\",\"given_name\":\"Ada\","
         "\"updated_at\":1700000000,\"display_name\":\"Ada\",\"preferred_order\":null}");
    show(arena, "{\"sub\":\"u1\",\"address\":{},\"email\":7,\"email_verified\":\"true\"}",
         "openid email address", "{\"id\":\"u1\",\"sub\":\"u1\"}");
    arena_free(arena);
}

static void a_claim_asked_for_by_name_is_shown_without_its_scope(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    AUTO(json_ref) person = NULL;
    struct claims_shown shown = {.sub = S("u1"),
                                 .scope = S("openid phone"),
                                 .names = S("name email nickname shoe_size password_hash sub"),
                                 .iss = S("https://i"),
                                 .aud = S("c")};
    str json;
    assert_ok(json_read_object(str_from(person_text), &person));
    assert_ok(claims_userinfo(arena, person, &shown, &json));
    assert_str(json, "{\"iss\":\"https://i\",\"aud\":\"c\",\"id\":\"u1\",\"sub\":\"u1\","
                     "\"name\":\"Ada L\",\"email\":\"ada@example.org\","
                     "\"phone_number\":\"+441\",\"phone_number_verified\":false}");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scope_shows_its_claims_and_no_others),
        cmocka_unit_test(what_is_not_set_is_left_out),
        cmocka_unit_test(a_claim_asked_for_by_name_is_shown_without_its_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
