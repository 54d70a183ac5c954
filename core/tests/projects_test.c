/* POST, GET, PATCH and DELETE of /projects/…, and what authz asks about members. */
#include "project_helper.h"

static void create_answers_every_documented_member_and_no_other(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    struct answer answer = POST("/projects/", ada.token,
                                "{\"name\":\" Engine \",\"description\":\"a mill\\nand a store\","
                                "\"is_public\":true,\"slug\":\"mine\",\"owner_id\":\"x\"}");
    assert_int_equal(answer.status, 201);
    assert_int_equal(json_object_size(answer.json), 7);
    assert_int_equal(strlen(text_of(&answer, "id")), 36);
    assert_string_equal(text_of(&answer, "name"), "Engine");
    assert_string_equal(text_of(&answer, "slug"), "engine");
    assert_string_equal(text_of(&answer, "description"), "a mill\nand a store");
    assert_true(json_is_true(json_object_get(answer.json, "is_public")));
    assert_string_equal(text_of(&answer, "owner_id"), ada.id);
    assert_string_equal(text_of(&answer, "created_at"), "2023-11-14T22:13:20.000Z");
    done(answer);
    answer = POST("/projects", ada.token, "{\"name\":\"Engine\"}");
    assert_string_equal(text_of(&answer, "slug"), "engine-2");
    assert_true(json_is_null(json_object_get(answer.json, "description")));
    assert_true(json_is_false(json_object_get(answer.json, "is_public")));
    done(answer);
    assert_role("engine", &ada, "owner");
    person_free(&ada);
}

static void create_is_422_for_bad_fields(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *rule;
    } rows[] = {
        {"{}", "name", "required"},
        {"{\"name\":null}", "name", "required"},
        {"{\"name\":\"\"}", "name", "required"},
        {"{\"name\":\"  \"}", "name", "required"},
        {"{\"name\":7}", "name", "string"},
        {"{\"name\":\"a\\u0007b\"}", "name", "regex"},
        {"{\"name\":\"a\\nb\"}", "name", "regex"},
        {"{\"name\":\"x\",\"description\":[]}", "description", "string"},
        {"{\"name\":\"x\",\"description\":\"a\\u0007b\"}", "description", "regex"},
        {"{\"name\":\"x\",\"is_public\":\"true\"}", "is_public", "boolean"},
        {"{\"name\":\"x\",\"is_public\":1}", "is_public", "boolean"},
    };
    struct person ada = person("ada@example.com");
    char name[128], long_text[700];
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_field(rows[i].field, rows[i].rule, POST("/projects/", ada.token, rows[i].text));
    memset(name, 'x', 101);
    name[101] = '\0';
    expect_field("name", "maxLength", POST("/projects/", ada.token, body("name", name, NULL)));
    memset(long_text, 'x', 501);
    long_text[501] = '\0';
    expect_field("description", "maxLength",
                 POST("/projects/", ada.token, body("name", "x", "description", long_text, NULL)));
    expect(400, NULL, POST("/projects/", ada.token, "{\"name\":\"a\",\"name\":\"b\"}"));
    expect(400, NULL, POST("/projects/", ada.token, "[]"));
    expect(401, NULL, POST("/projects/", NULL, "{\"name\":\"x\"}"));
    person_free(&ada);
}

static void private_project_is_404_for_others_as_if_it_were_not(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *hidden = project_of(&ada, "Hidden", false), *open = project_of(&ada, "Open", true);
    struct answer is = GET(at(hidden, "/"), bob.token), is_not = GET("/projects/none", bob.token);
    assert_string_equal(is.text, is_not.text);
    expect(404, "PROJECT_NOT_FOUND", is);
    expect(404, "PROJECT_NOT_FOUND", is_not);
    expect(401, NULL, GET(at(open, "/"), NULL));
    struct answer seen = GET(at(open, "/"), bob.token);
    assert_true(json_is_null(json_object_get(seen.json, "role")));
    assert_int_equal(json_object_size(seen.json), 8);
    expect(200, NULL, seen);
    struct answer own = GET(at(hidden, "/"), ada.token);
    assert_string_equal(text_of(&own, "role"), "owner");
    expect(200, NULL, own);
    free(hidden);
    free(open);
    person_free(&ada);
    person_free(&bob);
}

static void authz_learns_of_a_member_by_slug_or_id(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", false);
    struct answer first = standing_of(slug, &ada);
    assert_int_equal(json_object_size(first.json), 6);
    assert_string_equal(text_of(&first, "project_name"), "Engine");
    assert_string_equal(text_of(&first, "project_slug"), "engine");
    assert_string_equal(text_of(&first, "role"), "owner");
    assert_true(json_is_false(json_object_get(first.json, "is_public")));
    assert_int_equal(json_array_size(json_object_get(first.json, "permissions")), 0);
    struct answer again = standing_of(text_of(&first, "project_id"), &ada);
    assert_string_equal(first.text, again.text);
    done(again);
    done(first);
    assert_role(slug, &bob, "none");
    expect(404, "PROJECT_NOT_FOUND", standing_of("none", &ada));
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(create_answers_every_documented_member_and_no_other),
        CASE(create_is_422_for_bad_fields),
        CASE(private_project_is_404_for_others_as_if_it_were_not),
        CASE(authz_learns_of_a_member_by_slug_or_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
