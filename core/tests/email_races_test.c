/* Many at once on the addresses of a person: one verified address and one default are always left,
 * and an address is proven by one.
 * ctest: threads */
#include "core_helper.h"

#include <pthread.h>

enum { ROUNDS = 8, PEOPLE = 6 };

struct racer {
    const char *method, *bearer;
    char path[128], text[256];
    int status;
    char code[40]; /* of the error */
    pthread_t thread;
    pthread_barrier_t *start;
};

static void *race(void *arg) {
    struct racer *racer = arg;
    pthread_barrier_wait(racer->start);
    struct answer answer =
        call(racer->method, racer->path, racer->bearer, racer->text[0] ? racer->text : NULL);
    const char *code = json_string_value(json_object_get(answer.json, "code"));
    racer->status = answer.status;
    snprintf(racer->code, sizeof racer->code, "%s", code ? code : "");
    done(answer);
    return NULL;
}

static void race_all(struct racer *racers, int n) {
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, (unsigned)n);
    for (int i = 0; i < n; i++) {
        racers[i].start = &start;
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(racers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static void add(const char *token, const char *email, char code[8]) {
    expect(201, NULL, POST("/auth/emails", token, body("email", email, NULL)));
    mailed_code_to(email, code);
}

static void add_proven(const char *token, const char *email) {
    char code[8];
    add(token, email, code);
    expect(200, NULL, POST("/auth/emails/verify", token, body("email", email, "code", code, NULL)));
}

static struct racer on_address(const char *method, const char *token, const char *email,
                               const char *rest) {
    struct racer racer = {.method = method, .bearer = token};
    struct answer list = GET("/auth/emails", token);
    size_t i;
    const json_t *row;
    json_array_foreach(list.json, i, row) {
        if (strcmp(json_string_value(json_object_get(row, "email")), email) == 0)
            snprintf(racer.path, sizeof racer.path, "/auth/emails/%s%s",
                     json_string_value(json_object_get(row, "id")), rest);
    }
    done(list);
    assert_true(racer.path[0]);
    return racer;
}

/* So many addresses, all verified, one of them the default. */
static void assert_addresses(const char *token, size_t n) {
    struct answer list = GET("/auth/emails", token);
    size_t i, defaults = 0;
    const json_t *row;
    assert_int_equal(list.status, 200);
    assert_int_equal(json_array_size(list.json), n);
    json_array_foreach(list.json, i, row) {
        assert_true(json_is_true(json_object_get(row, "isVerified")));
        defaults += json_is_true(json_object_get(row, "isDefault"));
    }
    assert_int_equal(defaults, 1);
    done(list);
}

/* A person with two verified addresses, the first of which is the default. */
static char *with_two(int round, char first[32], char second[32]) {
    snprintf(first, 32, "a%d@example.com", round);
    snprintf(second, 32, "b%d@example.com", round);
    char *token = registered(first);
    add_proven(token, second);
    now_ms += 60 * 60000 - 1; /* limits are not what is tested */
    free(token);
    return member(POST("/auth/login", NULL, body("email", first, "password", RIVER, NULL)),
                  "token");
}

static void of_the_last_two_addresses_one_stays(void **state) {
    char first[32], second[32];
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char *token = with_two(round, first, second);
        struct racer racers[] = {on_address("DELETE", token, first, ""),
                                 on_address("DELETE", token, second, "")};
        race_all(racers, 2);
        assert_int_equal((racers[0].status == 200) + (racers[1].status == 200), 1);
        assert_string_equal(racers[racers[0].status == 200].code, "ONLY_VERIFIED_EMAIL");
        assert_addresses(token, 1);
        free(token);
    }
}

static void a_default_that_is_removed_meanwhile_leaves_one_default(void **state) {
    char first[32], second[32];
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char *token = with_two(round, first, second);
        struct racer racers[] = {on_address("PATCH", token, second, "/default"),
                                 on_address("DELETE", token, second, "")};
        race_all(racers, 2);
        assert_int_equal(racers[1].status, 200);
        if (racers[0].status != 200)
            assert_string_equal(racers[0].code, "EMAIL_NOT_FOUND");
        assert_addresses(token, 1);
        free(token);
    }
}

static void an_address_is_proven_by_one(void **state) {
    struct racer racers[PEOPLE] = {0};
    char email[32], code[8], *tokens[PEOPLE];
    int won = 0;
    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        tokens[i] = registered(email);
    }
    for (int i = 0; i < PEOPLE; i++) {
        add(tokens[i], "shared@example.com", code);
        racers[i] =
            (struct racer){.method = "POST", .bearer = tokens[i], .path = "/auth/emails/verify"};
        snprintf(racers[i].text, sizeof racers[i].text, "%s",
                 body("email", "shared@example.com", "code", code, NULL));
        now_ms += 60000;
    }
    race_all(racers, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        won += racers[i].status == 200;
        if (racers[i].status != 200)
            assert_string_equal(racers[i].code, "EMAIL_ALREADY_IN_USE");
        free(tokens[i]);
    }
    assert_int_equal(won, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(of_the_last_two_addresses_one_stays),
        CASE(a_default_that_is_removed_meanwhile_leaves_one_default),
        CASE(an_address_is_proven_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
