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

static struct answer patch(const char *path, const struct person *who, const char *text) {
    return call("PATCH", path, who->token, text);
}

static struct answer delete_at(const char *path, const struct person *who) {
    return call("DELETE", path, who->token, NULL);
}

static void change_sets_clears_and_leaves_and_never_the_slug(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    struct answer answer = patch(at(slug, "/"), &ada,
                                 "{\"name\":\" Mill \",\"description\":\"x\",\"is_public\":true,"
                                 "\"slug\":\"mill\",\"owner_id\":\"x\"}");
    assert_int_equal(json_object_size(answer.json), 7);
    assert_string_equal(text_of(&answer, "name"), "Mill");
    assert_string_equal(text_of(&answer, "slug"), "engine");
    assert_string_equal(text_of(&answer, "owner_id"), ada.id);
    expect(200, NULL, answer);
    expect(200, NULL, patch(at(slug, "/"), &ada, "{\"name\":null}"));
    expect(200, NULL, patch(at(slug, "/"), &ada, "{\"description\":null}"));
    answer = GET(at(slug, "/"), ada.token);
    assert_string_equal(text_of(&answer, "name"), "Mill");
    assert_true(json_is_null(json_object_get(answer.json, "description")));
    assert_true(json_is_true(json_object_get(answer.json, "is_public")));
    done(answer);
    expect_field("name", "required", patch(at(slug, "/"), &ada, "{\"name\":\" \"}"));
    expect_field("is_public", "boolean", patch(at(slug, "/"), &ada, "{\"is_public\":0}"));
    expect(400, NULL, patch(at(slug, "/"), &ada, "{\"name\":\"a\",\"name\":\"b\"}"));
    free(slug);
    person_free(&ada);
}

static void list_is_of_the_callers_own(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *first = project_of(&ada, "First", false);
    now_ms += 1000;
    char *second = project_of(&ada, "Second", true), *other = project_of(&bob, "Other", true);
    struct answer list = GET("/projects/", ada.token);
    assert_int_equal(list.status, 200);
    assert_int_equal(json_array_size(list.json), 2);
    const json_t *newest = json_array_get(list.json, 0);
    assert_int_equal(json_object_size(newest), 8);
    assert_string_equal(json_string_value(json_object_get(newest, "slug")), "second");
    assert_string_equal(json_string_value(json_object_get(newest, "role")), "owner");
    done(list);
    expect(401, NULL, GET("/projects/", NULL));
    free(first);
    free(second);
    free(other);
    person_free(&ada);
    person_free(&bob);
}

static size_t page_size(const char *path, const struct person *who, char last[64]) {
    struct answer page = GET(path, who->token);
    size_t n = json_array_size(page.json);
    assert_int_equal(page.status, 200);
    if (n > 0)
        snprintf(last, 64, "%s",
                 json_string_value(json_object_get(json_array_get(page.json, n - 1), "id")));
    done(page);
    return n;
}

static void owner_has_a_hundred_projects_at_most_and_lists_come_in_pages(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char last[64], path[128];
    for (int i = 0; i < 100; i++)
        free(project_of(&ada, "Engine", true));
    expect(400, "LIMIT_REACHED", POST("/projects/", ada.token, "{\"name\":\"x\"}"));
    char *more = project_of(&bob, "More", true);
    expect(200, NULL, POST(at(more, "/join"), ada.token, NULL));
    assert_int_equal(page_size("/projects/", &ada, last), 100);
    snprintf(path, sizeof path, "/projects/?after=%s", last);
    assert_int_equal(page_size(path, &ada, last), 1);
    snprintf(path, sizeof path, "/projects/?after=%s", last);
    assert_int_equal(page_size(path, &ada, last), 0);
    expect(400, "LIMIT_REACHED",
           POST(at(more, "/transfer-ownership"), bob.token, body("new_owner_id", ada.id, NULL)));
    assert_role(more, &bob, "owner");
    free(more);
    person_free(&ada);
    person_free(&bob);
}

static void removed_project_is_gone_with_all_that_it_had(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    expect(201, NULL,
           POST(at(slug, "/permissions"), ada.token,
                "{\"key\":\"k\",\"display_name\":\"K\",\"is_default\":true}"));
    expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
    expect(403, "INSUFFICIENT_ROLE", delete_at(at(slug, "/"), &bob));
    expect(200, NULL, delete_at(at(slug, "/"), &ada));
    expect(404, "PROJECT_NOT_FOUND", GET(at(slug, "/"), ada.token));
    expect(404, "PROJECT_NOT_FOUND", delete_at(at(slug, "/"), &ada));
    char *again = project_of(&bob, "Engine", true);
    assert_string_equal(again, slug);
    assert_role(again, &ada, "none");
    free(again);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void anybody_joins_a_public_project_once(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *hidden = project_of(&ada, "Hidden", false), *open = project_of(&ada, "Open", true);
    expect(404, "PROJECT_NOT_FOUND", POST(at(hidden, "/join"), bob.token, NULL));
    expect(400, "ALREADY_MEMBER", POST(at(hidden, "/join"), ada.token, NULL));
    struct answer joined = POST(at(open, "/join"), bob.token, NULL);
    assert_string_equal(text_of(&joined, "role"), "member");
    assert_string_equal(text_of(&joined, "user_id"), bob.id);
    expect(200, NULL, joined);
    expect(400, "ALREADY_MEMBER", POST(at(open, "/join"), bob.token, NULL));
    expect(400, "ALREADY_MEMBER", POST(at(open, "/join"), ada.token, "{}"));
    assert_role(open, &ada, "owner");
    expect(400, "OWNER_CANNOT_LEAVE", delete_at(at(open, "/leave"), &ada));
    expect(200, NULL, delete_at(at(open, "/leave"), &bob));
    expect(403, "NOT_PROJECT_MEMBER", delete_at(at(open, "/leave"), &bob));
    assert_role(open, &bob, "none");
    free(hidden);
    free(open);
    person_free(&ada);
    person_free(&bob);
}

static void ownership_goes_to_another_member(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    const char *path = at(slug, "/transfer-ownership");
    const char *to_bob = body("new_owner_id", bob.id, NULL);
    expect(404, "MEMBER_NOT_FOUND", POST(path, ada.token, to_bob));
    assert_role(slug, &ada, "owner");
    expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
    expect(403, "INSUFFICIENT_ROLE", POST(path, bob.token, to_bob));
    expect(400, "CANNOT_TRANSFER_TO_SELF",
           POST(path, ada.token, body("new_owner_id", ada.id, NULL)));
    expect_field("new_owner_id", "required", POST(path, ada.token, "{}"));
    expect_field("new_owner_id", "string", POST(path, ada.token, "{\"new_owner_id\":1}"));
    struct answer given = POST(path, ada.token, to_bob);
    assert_string_equal(text_of(&given, "owner_id"), bob.id);
    expect(200, NULL, given);
    assert_role(slug, &ada, "admin");
    assert_role(slug, &bob, "owner");
    expect(403, "INSUFFICIENT_ROLE", POST(path, ada.token, to_bob));
    struct answer shown = GET(at(slug, "/"), ada.token);
    assert_string_equal(text_of(&shown, "owner_id"), bob.id);
    done(shown);
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
        CASE(change_sets_clears_and_leaves_and_never_the_slug),
        CASE(list_is_of_the_callers_own),
        CASE(owner_has_a_hundred_projects_at_most_and_lists_come_in_pages),
        CASE(removed_project_is_gone_with_all_that_it_had),
        CASE(anybody_joins_a_public_project_once),
        CASE(ownership_goes_to_another_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
