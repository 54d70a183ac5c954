/* /projects/:slug/members and …/permissions. */
#include "project_helper.h"

static struct answer add(const char *slug, const struct person *by, const char *text) {
    return POST(at(slug, "/members"), by->token, text);
}

static char *permission_of(const char *slug, const struct person *by, const char *key,
                           bool is_default) {
    json_t *object =
        json_pack("{s:s, s:s, s:b}", "key", key, "display_name", key, "is_default", is_default);
    char *text = json_dumps(object, 0);
    struct answer answer = POST(at(slug, "/permissions"), by->token, text);
    if (answer.status != 201)
        fail_msg("%d %s", answer.status, answer.text);
    char *id = strdup(text_of(&answer, "id"));
    done(answer);
    free(text);
    json_decref(object);
    return id;
}

static void list_has_every_documented_member_and_no_other(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    expect(200, NULL,
           call("PATCH", "/auth/profile", ada.token, "{\"givenNames\":\"Ada\",\"surname\":\"L\"}"));
    struct answer list = GET(at(slug, "/members/"), ada.token);
    const json_t *first = json_array_get(list.json, 0), *user = json_object_get(first, "user");
    assert_int_equal(json_array_size(list.json), 1);
    assert_int_equal(json_object_size(first), 6);
    assert_int_equal(json_object_size(user), 3);
    assert_int_equal(strlen(json_string_value(json_object_get(first, "id"))), 36);
    assert_string_equal(json_string_value(json_object_get(first, "user_id")), ada.id);
    assert_string_equal(json_string_value(json_object_get(first, "role")), "owner");
    assert_string_equal(json_string_value(json_object_get(user, "id")), ada.id);
    assert_string_equal(json_string_value(json_object_get(user, "email")), "ada@example.com");
    assert_string_equal(json_string_value(json_object_get(user, "display_name")), "Ada L");
    assert_int_equal(json_array_size(json_object_get(first, "permissions")), 0);
    assert_string_equal(json_string_value(json_object_get(first, "created_at")),
                        "2023-11-14T22:13:20.000Z");
    expect(200, NULL, list);
    expect(403, "NOT_PROJECT_MEMBER", GET(at(slug, "/members"), bob.token));
    expect(403, "NOT_PROJECT_MEMBER", GET(at(slug, "/permissions"), bob.token));
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void add_refuses_what_is_not_right(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *rule;
    } rows[] = {
        {"{}", "email", "required"},
        {"{\"email\":\"x\"}", "email", "email"},
        {"{\"email\":\"bob@example.com\",\"role\":\"owner\"}", "role", "enum"},
        {"{\"email\":\"bob@example.com\",\"role\":7}", "role", "string"},
        {"{\"email\":\"bob@example.com\",\"permissions\":\"build\"}", "permissions", "array"},
        {"{\"email\":\"bob@example.com\",\"permissions\":[1]}", "permissions", "string"},
        {"{\"email\":\"bob@example.com\",\"permissions\":[\"none\"]}", "permissions", "enum"},
    };
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_field(rows[i].field, rows[i].rule, add(slug, &ada, rows[i].text));
    expect(400, NULL, add(slug, &ada, "{\"email\":\"a@b.example\",\"email\":\"c@d.example\"}"));
    expect(400, "ALREADY_MEMBER", add(slug, &ada, body("email", "ADA@example.com", NULL)));
    assert_role(slug, &bob, "none");
    expect(403, "NOT_PROJECT_MEMBER", add(slug, &bob, body("email", "bob@example.com", NULL)));
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

/* A claim of an address is not the person. */
static void only_a_verified_address_is_somebody(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    expect(201, NULL, POST("/auth/emails", bob.token, body("email", "new@example.com", NULL)));
    expect(404, "USER_NOT_FOUND", add(slug, &ada, body("email", "new@example.com", NULL)));
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void asking_who_has_an_account_is_bounded(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true), email[64];
    int asked = 0;
    struct answer answer;
    do {
        snprintf(email, sizeof email, "nobody%d@example.com", asked++);
        answer = add(slug, &ada, body("email", email, NULL));
        if (answer.status == 429)
            assert_true(answer.retry_after_s > 0);
        else
            assert_int_equal(answer.status, 404);
        done(answer);
    } while (answer.status == 404 && asked < 1000);
    assert_in_range(asked, 5, 100);
    expect(429, NULL, add(slug, &ada, body("email", bob.email, NULL))); /* nor a hit */
    now_ms += INT64_C(3600) * 1000;
    char *token = member(
        POST("/auth/login", NULL, body("email", ada.email, "password", RIVER, NULL)), "token");
    expect(201, NULL, POST(at(slug, "/members"), token, body("email", bob.email, NULL)));
    free(token);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void new_members_get_the_default_permissions_unless_others_are_given(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  carol = person("carol@example.com"), dan = person("dan@example.com");
    char *slug = project_of(&ada, "Engine", true);
    expect(200, NULL, POST(at(slug, "/join"), dan.token, NULL));
    free(permission_of(slug, &ada, "build", true));
    free(permission_of(slug, &ada, "ship", false));
    struct answer answer = add(slug, &ada, body("email", bob.email, NULL));
    assert_non_null(strstr(answer.text, "\"permissions\":[\"build\"]"));
    assert_string_equal(text_of(&answer, "role"), "member");
    expect(201, NULL, answer);
    answer = add(slug, &ada,
                 "{\"email\":\"carol@example.com\",\"role\":\"admin\","
                 "\"permissions\":[\"ship\",\"ship\"]}");
    assert_non_null(strstr(answer.text, "\"permissions\":[\"ship\"]"));
    assert_string_equal(text_of(&answer, "role"), "admin");
    expect(201, NULL, answer);
    answer = standing_of(slug, &dan); /* who was there before */
    assert_non_null(strstr(answer.text, "\"permissions\":[]"));
    done(answer);
    expect(403, "ONLY_OWNER_MAKES_ADMINS",
           add(slug, &carol, "{\"email\":\"dan@example.com\",\"role\":\"admin\"}"));
    free(slug);
    person_free(&ada);
    person_free(&bob);
    person_free(&carol);
    person_free(&dan);
}

/* --- permissions ------------------------------------------------------------------------------ */

static void permission_has_every_documented_member_and_no_other(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    struct answer made = POST(at(slug, "/permissions/"), ada.token,
                              "{\"key\":\"docs.write\",\"display_name\":\" Write docs \"}");
    assert_int_equal(made.status, 201);
    assert_int_equal(json_object_size(made.json), 6);
    assert_int_equal(strlen(text_of(&made, "id")), 36);
    assert_string_equal(text_of(&made, "key"), "docs.write");
    assert_string_equal(text_of(&made, "display_name"), "Write docs");
    assert_true(json_is_null(json_object_get(made.json, "description")));
    assert_true(json_is_false(json_object_get(made.json, "is_default")));
    assert_string_equal(text_of(&made, "created_at"), "2023-11-14T22:13:20.000Z");
    struct answer list = GET(at(slug, "/permissions"), ada.token);
    assert_true(json_equal(json_array_get(list.json, 0), made.json));
    expect(200, NULL, list);
    done(made);
    free(slug);
    person_free(&ada);
}

static void permission_is_422_for_bad_fields(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *rule;
    } rows[] = {
        {"{\"display_name\":\"K\"}", "key", "required"},
        {"{\"key\":\"k\"}", "display_name", "required"},
        {"{\"key\":\"k\",\"display_name\":\" \"}", "display_name", "required"},
        {"{\"key\":7,\"display_name\":\"K\"}", "key", "string"},
        {"{\"key\":\"a b\",\"display_name\":\"K\"}", "key", "regex"},
        {"{\"key\":\".a\",\"display_name\":\"K\"}", "key", "regex"},
        {"{\"key\":\"\\u0430\",\"display_name\":\"K\"}", "key", "regex"},
        {"{\"key\":\"a,b\",\"display_name\":\"K\"}", "key", "regex"},
        {"{\"key\":\"k\",\"display_name\":\"K\",\"is_default\":\"yes\"}", "is_default", "boolean"},
        {"{\"key\":\"k\",\"display_name\":\"K\",\"description\":1}", "description", "string"},
    };
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false), key[80];
    char *id = permission_of(slug, &ada, "there", false);
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_field(rows[i].field, rows[i].rule,
                     POST(at(slug, "/permissions"), ada.token, rows[i].text));
    for (size_t i = 2; i < COUNT(rows); i++)
        expect_field(rows[i].field, rows[i].rule,
                     call("PATCH", at(slug, "/permissions/%s", id), ada.token, rows[i].text));
    memset(key, 'k', 65);
    key[65] = '\0';
    expect_field(
        "key", "maxLength",
        POST(at(slug, "/permissions"), ada.token, body("key", key, "display_name", "K", NULL)));
    free(id);
    free(slug);
    person_free(&ada);
}

static void permission_keys_are_unique_in_a_project(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false), *other = project_of(&ada, "Other", false);
    char *build = permission_of(slug, &ada, "build", false);
    char *ship = permission_of(slug, &ada, "ship", false);
    free(permission_of(other, &ada, "build", false));
    expect(
        409, "PERMISSION_KEY_TAKEN",
        POST(at(slug, "/permissions"), ada.token, body("key", "build", "display_name", "B", NULL)));
    expect(409, "PERMISSION_KEY_TAKEN",
           call("PATCH", at(slug, "/permissions/%s", ship), ada.token, body("key", "build", NULL)));
    expect(200, NULL,
           call("PATCH", at(slug, "/permissions/%s", build), ada.token,
                body("key", "build", "display_name", "Build", NULL)));
    free(build);
    free(ship);
    free(slug);
    free(other);
    person_free(&ada);
}

static void permission_that_is_renamed_or_deleted_is_so_for_its_members(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true), *id = permission_of(slug, &ada, "build", true);
    expect(201, NULL, add(slug, &ada, body("email", bob.email, NULL)));
    expect(200, NULL,
           call("PATCH", at(slug, "/permissions/%s", id), ada.token,
                "{\"key\":\"make\",\"is_default\":false,\"description\":\"x\"}"));
    struct answer answer = standing_of(slug, &bob);
    assert_non_null(strstr(answer.text, "\"permissions\":[\"make\"]"));
    done(answer);
    expect(403, "INSUFFICIENT_ROLE",
           call("DELETE", at(slug, "/permissions/%s", id), bob.token, NULL));
    expect(200, NULL, call("DELETE", at(slug, "/permissions/%s", id), ada.token, NULL));
    expect(404, "PERMISSION_NOT_FOUND",
           call("DELETE", at(slug, "/permissions/%s", id), ada.token, NULL));
    answer = standing_of(slug, &bob);
    assert_non_null(strstr(answer.text, "\"permissions\":[]"));
    done(answer);
    free(id);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void project_has_a_hundred_permissions_at_most(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true), key[32];
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "k%d", i);
        free(permission_of(slug, &ada, key, true));
    }
    expect(400, "LIMIT_REACHED",
           POST(at(slug, "/permissions"), ada.token, body("key", "k", "display_name", "K", NULL)));
    free(slug);
    person_free(&ada);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(list_has_every_documented_member_and_no_other),
        CASE(add_refuses_what_is_not_right),
        CASE(only_a_verified_address_is_somebody),
        CASE(asking_who_has_an_account_is_bounded),
        CASE(new_members_get_the_default_permissions_unless_others_are_given),
        CASE(permission_has_every_documented_member_and_no_other),
        CASE(permission_is_422_for_bad_fields),
        CASE(permission_keys_are_unique_in_a_project),
        CASE(permission_that_is_renamed_or_deleted_is_so_for_its_members),
        CASE(project_has_a_hundred_permissions_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
