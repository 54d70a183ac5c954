#include "project_helper.h"

struct person person(const char *email) {
    struct person person = {.token = registered(email)};
    snprintf(person.email, sizeof person.email, "%s", email);
    person.id = member(GET("/auth/me", person.token), "id");
    return person;
}

void person_free(struct person *person) {
    free(person->token);
    free(person->id);
}

char *project_of(const struct person *owner, const char *name, bool is_public) {
    json_t *object = json_pack("{s:s, s:b}", "name", name, "is_public", is_public);
    char *text = json_dumps(object, 0);
    struct answer answer = POST("/projects/", owner->token, text);
    if (answer.status != 201)
        fail_msg("%d %s", answer.status, answer.text);
    char *slug = strdup(json_string_value(json_object_get(answer.json, "slug")));
    done(answer);
    free(text);
    json_decref(object);
    return slug;
}

const char *at(const char *slug, const char *rest, ...) {
    static _Thread_local char buffers[4][512];
    static _Thread_local unsigned turn;
    char *out = buffers[turn++ % COUNT(buffers)];
    int n = snprintf(out, sizeof buffers[0], "/projects/%s", slug);
    va_list list;
    va_start(list, rest);
    vsnprintf(out + n, sizeof buffers[0] - (size_t)n, rest, list);
    va_end(list);
    return out;
}

struct answer standing_of(const char *slug, const struct person *person) {
    char path[256];
    snprintf(path, sizeof path, "/internal/projects/%s/members/%s", slug, person->id);
    return GET(path, NULL);
}

void assert_role(const char *slug, const struct person *person, const char *role) {
    struct answer answer = standing_of(slug, person);
    const char *got = text_of(&answer, "role");
    assert_int_equal(answer.status, 200);
    assert_string_equal(got ? got : "none", role);
    done(answer);
}

const char *text_of(const struct answer *answer, const char *name) {
    return json_string_value(json_object_get(answer->json, name));
}

void expect_field(const char *field, const char *rule, struct answer answer) {
    const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
    const char *got_field = json_string_value(json_object_get(error, "field"));
    const char *got_rule = json_string_value(json_object_get(error, "rule"));
    if (answer.status != 422 || !got_field || strcmp(got_field, field) != 0 || !got_rule ||
        strcmp(got_rule, rule) != 0)
        fail_msg("%d %s instead of %s.%s", answer.status, answer.text, field, rule);
    done(answer);
}
