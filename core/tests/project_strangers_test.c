/* Every call of a project, by a stranger, and with the ids of another project: nothing of it works,
 * and of what is private nobody learns that it is there. */
#include "project_helper.h"

/* :id is a member's, a permission's or an invite's. */
static const struct {
    const char *method, *path, *text;
    enum { NO_ID, MEMBER_ID, PERMISSION_ID, INVITE_ID } id;
    const char *missing; /* the code for an id that is not of this project */
    bool for_anybody;    /* of a public project */
} calls[] = {
    {"GET", "/", NULL, NO_ID, NULL, true},
    {"PATCH", "/", "{\"name\":\"x\"}", NO_ID, NULL, false},
    {"DELETE", "/", NULL, NO_ID, NULL, false},
    {"POST", "/join", NULL, NO_ID, NULL, true},
    {"DELETE", "/leave", NULL, NO_ID, NULL, false},
    {"POST", "/transfer-ownership", "{\"new_owner_id\":\"x\"}", NO_ID, NULL, false},
    {"GET", "/members", NULL, NO_ID, NULL, false},
    {"POST", "/members", "{\"email\":\"ada@example.com\"}", NO_ID, NULL, false},
    {"PATCH", "/members/%s", "{\"permissions\":[]}", MEMBER_ID, "MEMBER_NOT_FOUND", false},
    {"DELETE", "/members/%s", NULL, MEMBER_ID, "MEMBER_NOT_FOUND", false},
    {"GET", "/permissions", NULL, NO_ID, NULL, false},
    {"POST", "/permissions", "{\"key\":\"k\",\"display_name\":\"K\"}", NO_ID, NULL, false},
    {"PATCH", "/permissions/%s", "{\"key\":\"k\"}", PERMISSION_ID, "PERMISSION_NOT_FOUND", false},
    {"DELETE", "/permissions/%s", NULL, PERMISSION_ID, "PERMISSION_NOT_FOUND", false},
    {"GET", "/invites", NULL, NO_ID, NULL, false},
    {"POST", "/invites", "{\"email\":\"x@example.com\"}", NO_ID, NULL, false},
    {"DELETE", "/invites/%s", NULL, INVITE_ID, "INVITE_NOT_FOUND", false},
};

/* A project with a second member, a permission and an invite. */
struct scene {
    char *slug, *ids[INVITE_ID + 1];
};

static char *made(const char *slug, const char *rest, const struct person *by, const char *text) {
    struct answer answer = POST(at(slug, "%s", rest), by->token, text);
    char *id = answer.status == 201 ? strdup(text_of(&answer, "id")) : NULL;
    if (!id)
        fail_msg("%d %s", answer.status, answer.text);
    done(answer);
    return id;
}

static struct scene scene_of(const struct person *owner, const struct person *other,
                             bool is_public) {
    struct scene scene = {.slug = project_of(owner, "Engine", is_public)};
    scene.ids[PERMISSION_ID] =
        made(scene.slug, "/permissions", owner, "{\"key\":\"build\",\"display_name\":\"B\"}");
    scene.ids[MEMBER_ID] = made(scene.slug, "/members", owner, body("email", other->email, NULL));
    scene.ids[INVITE_ID] =
        made(scene.slug, "/invites", owner, body("email", "guest@example.com", NULL));
    return scene;
}

static void scene_free(struct scene *scene) {
    free(scene->slug);
    for (size_t i = 0; i < COUNT(scene->ids); i++)
        free(scene->ids[i]);
}

/* The i-th call in this project. */
static const char *path_of(size_t i, const char *slug, const char *id) {
    const char *rest = calls[i].path, *end = strstr(rest, "%s");
    int front = (int)(end ? (size_t)(end - rest) : strlen(rest));
    return at(slug, "%.*s%s", front, rest, end ? id : "");
}

static struct answer make_call(size_t i, const char *slug, const char *id, const char *bearer) {
    return call(calls[i].method, path_of(i, slug, id), bearer, calls[i].text);
}

static char *seen_by(const struct person *owner, const struct scene *scene) {
    static const char *const lists[] = {"/", "/members", "/permissions", "/invites"};
    char *all = calloc(1, 16384);
    for (size_t i = 0; i < COUNT(lists); i++) {
        struct answer answer = GET(at(scene->slug, "%s", lists[i]), owner->token);
        assert_int_equal(answer.status, 200);
        strncat(all, answer.text, 16383 - strlen(all));
        done(answer);
    }
    return all;
}

static void stranger_finds_no_private_project(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  eve = person("eve@example.com");
    struct scene scene = scene_of(&ada, &bob, false);
    char *before = seen_by(&ada, &scene);
    for (size_t i = 0; i < COUNT(calls); i++) {
        struct answer there = make_call(i, scene.slug, scene.ids[calls[i].id], eve.token);
        struct answer nowhere = make_call(i, "none", scene.ids[calls[i].id], eve.token);
        assert_string_equal(there.text, nowhere.text);
        expect(404, "PROJECT_NOT_FOUND", there);
        expect(404, "PROJECT_NOT_FOUND", nowhere);
        expect(401, NULL, make_call(i, scene.slug, scene.ids[calls[i].id], NULL));
    }
    char *after = seen_by(&ada, &scene);
    assert_string_equal(before, after);
    free(before);
    free(after);
    scene_free(&scene);
    person_free(&ada);
    person_free(&bob);
    person_free(&eve);
}

static void stranger_changes_nothing_of_a_public_project(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  eve = person("eve@example.com");
    struct scene scene = scene_of(&ada, &bob, true);
    char *before = seen_by(&ada, &scene);
    for (size_t i = 0; i < COUNT(calls); i++)
        if (!calls[i].for_anybody)
            expect(403, "NOT_PROJECT_MEMBER",
                   make_call(i, scene.slug, scene.ids[calls[i].id], eve.token));
    char *after = seen_by(&ada, &scene);
    assert_string_equal(before, after);
    free(before);
    free(after);
    scene_free(&scene);
    person_free(&ada);
    person_free(&bob);
    person_free(&eve);
}

/* The owner of one project, with what belongs to another. */
static void ids_of_another_project_do_not_work(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  eve = person("eve@example.com");
    struct scene scene = scene_of(&ada, &bob, true), own = scene_of(&eve, &bob, true);
    char *before = seen_by(&ada, &scene), path[256];
    for (size_t i = 0; i < COUNT(calls); i++) {
        if (!calls[i].id)
            continue;
        expect(404, calls[i].missing, make_call(i, own.slug, scene.ids[calls[i].id], eve.token));
        expect(404, calls[i].missing, make_call(i, own.slug, "none", eve.token));
    }
    snprintf(path, sizeof path, "/members?after=%s", scene.ids[MEMBER_ID]);
    struct answer list = GET(at(own.slug, "%s", path), eve.token);
    assert_string_equal(list.text, "[]");
    done(list);
    char *after = seen_by(&ada, &scene);
    assert_string_equal(before, after);
    free(before);
    free(after);
    scene_free(&scene);
    scene_free(&own);
    person_free(&ada);
    person_free(&bob);
    person_free(&eve);
}

static void body_must_be_one_object_with_single_keys(void **state) {
    (void)state;
    static const char *const texts[] = {"{", "[]", "7", "{\"a\":1,\"a\":2}",
                                        "{\"name\":\"\\u0000\"}"};
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    struct scene scene = scene_of(&ada, &bob, true);
    char *huge = calloc(1, 40000);
    memset(huge, ' ', 39999);
    huge[0] = '{';
    huge[39998] = '}';
    for (size_t i = 0; i < COUNT(calls); i++) {
        const char *path = path_of(i, scene.slug, scene.ids[calls[i].id]);
        for (size_t k = 0; calls[i].text && k < COUNT(texts); k++)
            expect(400, "bad_request", call(calls[i].method, path, ada.token, texts[k]));
        if (calls[i].text)
            expect(413, "payload_too_large", call(calls[i].method, path, ada.token, huge));
    }
    free(huge);
    scene_free(&scene);
    person_free(&ada);
    person_free(&bob);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(stranger_finds_no_private_project),
        CASE(stranger_changes_nothing_of_a_public_project),
        CASE(ids_of_another_project_do_not_work),
        CASE(body_must_be_one_object_with_single_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
