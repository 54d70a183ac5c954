/* Many at once: a slug, a membership, an invite and the ownership of a project go to one.
 * ctest: threads */
#include "project_helper.h"

#include <pthread.h>

enum { MANY = 16, ROUNDS = 12, RACERS_MAX = 32 };

struct racer {
    const char *method, *path, *bearer, *text;
    int status;
    pthread_t thread;
    pthread_barrier_t *start;
};

#define RACER(how, where, token, body)                                                             \
    { .method = (how), .path = (where), .bearer = (token), .text = (body) }

static void *race(void *arg) {
    struct racer *racer = arg;
    pthread_barrier_wait(racer->start);
    struct answer answer = call(racer->method, racer->path, racer->bearer, racer->text);
    racer->status = answer.status;
    done(answer);
    return NULL;
}

/* All at once; each racer's status is set. */
static void race_all(struct racer *racers, int n) {
    pthread_barrier_t start;
    assert_in_range(n, 1, RACERS_MAX);
    pthread_barrier_init(&start, NULL, (unsigned)n);
    for (int i = 0; i < n; i++) {
        racers[i].start = &start;
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(racers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static char *member_id_of(const char *slug, const struct person *owner, const struct person *who) {
    struct answer list = GET(at(slug, "/members"), owner->token);
    char *id = NULL;
    size_t i;
    json_t *row;
    json_array_foreach(list.json, i, row) {
        if (strcmp(json_string_value(json_object_get(row, "user_id")), who->id) == 0)
            id = strdup(json_string_value(json_object_get(row, "id")));
    }
    done(list);
    return id;
}

static int members_with(const char *slug, const struct person *member, const char *role) {
    struct answer list = GET(at(slug, "/members"), member->token);
    int count = 0;
    size_t i;
    json_t *row;
    assert_int_equal(list.status, 200);
    json_array_foreach(list.json, i, row) count +=
        !role || strcmp(json_string_value(json_object_get(row, "role")), role) == 0;
    done(list);
    return count;
}

static void slug_goes_to_one_project(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    assert_int_equal(winners(MANY, 201, "/projects/", ada.token, "{\"name\":\"Engine\"}"), MANY);
    struct answer list = GET("/projects/", ada.token);
    assert_int_equal(json_array_size(list.json), MANY);
    for (size_t i = 0; i < MANY; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(
                json_string_value(json_object_get(json_array_get(list.json, i), "slug")),
                json_string_value(json_object_get(json_array_get(list.json, k), "slug")));
    done(list);
    person_free(&ada);
}

static void person_joins_once(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    assert_int_equal(winners(MANY, 200, at(slug, "/join"), bob.token, NULL), 1);
    assert_int_equal(members_with(slug, &ada, NULL), 2);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void address_is_invited_once_and_the_invite_works_once(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", false), token[128], path[192];
    assert_int_equal(
        winners(MANY, 201, at(slug, "/invites"), ada.token, body("email", "bob@example.com", NULL)),
        1);
    mailed_invite_token("bob@example.com", token);
    snprintf(path, sizeof path, "/invites/%s/accept", token);
    assert_int_equal(winners(MANY, 200, path, bob.token, NULL), 1);
    assert_int_equal(members_with(slug, &ada, NULL), 2);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void invite_makes_one_account(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false), token[128];
    expect(201, NULL,
           POST(at(slug, "/invites"), ada.token, body("email", "bob@example.com", NULL)));
    mailed_invite_token("bob@example.com", token);
    assert_int_equal(
        winners(8, 200, "/auth/register/with-invite", NULL,
                body("invite_token", token, "email", "bob@example.com", "password", RIVER, NULL)),
        1);
    assert_int_equal(members_with(slug, &ada, NULL), 2);
    free(slug);
    person_free(&ada);
}

static void permission_key_goes_to_one(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    assert_int_equal(winners(MANY, 201, at(slug, "/permissions"), ada.token,
                             body("key", "build", "display_name", "B", NULL)),
                     1);
    free(slug);
    person_free(&ada);
}

static void of_two_transfers_one_wins(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  carol = person("carol@example.com");
    for (int round = 0; round < ROUNDS; round++) {
        char *slug = project_of(&ada, "Engine", true), path[128], to_bob[128], to_carol[128];
        expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
        expect(200, NULL, POST(at(slug, "/join"), carol.token, NULL));
        snprintf(path, sizeof path, "%s", at(slug, "/transfer-ownership"));
        snprintf(to_bob, sizeof to_bob, "%s", body("new_owner_id", bob.id, NULL));
        snprintf(to_carol, sizeof to_carol, "%s", body("new_owner_id", carol.id, NULL));
        struct racer racers[] = {RACER("POST", path, ada.token, to_bob),
                                 RACER("POST", path, ada.token, to_carol)};
        race_all(racers, 2);
        assert_int_equal(racers[0].status + racers[1].status, 200 + 403);
        assert_role(slug, &ada, "admin");
        assert_role(slug, &bob, racers[0].status == 200 ? "owner" : "member");
        assert_role(slug, &carol, racers[1].status == 200 ? "owner" : "member");
        free(slug);
    }
    person_free(&ada);
    person_free(&bob);
    person_free(&carol);
}

/* Whoever goes while the ownership comes to them: there is one owner afterwards, and only one of
 * the two calls has happened. */
static void project_has_an_owner_whatever_happens(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    for (int round = 0; round < 2 * ROUNDS; round++) {
        bool leaves = round % 2;
        char *slug = project_of(&ada, "Engine", true), give[128], to_bob[128], go[160];
        expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
        char *id = member_id_of(slug, &ada, &bob);
        snprintf(give, sizeof give, "%s", at(slug, "/transfer-ownership"));
        snprintf(to_bob, sizeof to_bob, "%s", body("new_owner_id", bob.id, NULL));
        snprintf(go, sizeof go, "%s", leaves ? at(slug, "/leave") : at(slug, "/members/%s", id));
        struct racer racers[] = {RACER("POST", give, ada.token, to_bob),
                                 RACER("DELETE", go, leaves ? bob.token : ada.token, NULL)};
        race_all(racers, 2);
        bool given = racers[0].status == 200, gone = racers[1].status == 200;
        assert_true(given != gone);
        assert_int_equal(members_with(slug, &ada, "owner"), 1);
        assert_role(slug, &ada, given ? "admin" : "owner");
        assert_role(slug, &bob, given ? "owner" : "none");
        free(id);
        free(slug);
    }
    person_free(&ada);
    person_free(&bob);
}

static void nobody_joins_a_project_that_is_gone(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    for (int round = 0; round < ROUNDS; round++) {
        char *slug = project_of(&ada, "Engine", true), path[128], join[128];
        snprintf(path, sizeof path, "%s", at(slug, "/"));
        snprintf(join, sizeof join, "%s", at(slug, "/join"));
        struct racer racers[] = {RACER("DELETE", path, ada.token, NULL),
                                 RACER("POST", join, bob.token, NULL)};
        race_all(racers, 2);
        assert_int_equal(racers[0].status, 200);
        assert_true(racers[1].status == 200 || racers[1].status == 404);
        struct answer list = GET("/projects/", bob.token);
        assert_string_equal(list.text, "[]");
        done(list);
        free(slug);
    }
    person_free(&ada);
    person_free(&bob);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(slug_goes_to_one_project),
        CASE(person_joins_once),
        CASE(address_is_invited_once_and_the_invite_works_once),
        CASE(invite_makes_one_account),
        CASE(permission_key_goes_to_one),
        CASE(of_two_transfers_one_wins),
        CASE(project_has_an_owner_whatever_happens),
        CASE(nobody_joins_a_project_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
