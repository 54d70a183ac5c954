/* Many at once: a thing that works once works for one, and guesses do not multiply.
 * ctest: threads */
#include "core_helper.h"

#include <pthread.h>

enum { MANY = 32 };

static struct answer login(const char *password) {
    return POST("/auth/login", NULL, body("email", "ada@example.com", "password", password, NULL));
}

static char *challenged(void) {
    return member(login(RIVER), "challenge_token");
}

static void registration_code_works_for_one(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST("/auth/register/start", NULL, body("email", "ada@example.com", NULL)));
    mailed_code(code);
    assert_int_equal(winners(MANY, 200, "/auth/register/verify", NULL,
                             body("email", "ada@example.com", "code", code, NULL)),
                     1);
}

static void registration_code_is_mailed_once(void **state) {
    (void)state;
    assert_int_equal(
        winners(MANY, 200, "/auth/register/start", NULL, body("email", "ada@example.com", NULL)),
        1);
}

static void address_gets_one_account(void **state) {
    (void)state;
    verified("ada@example.com");
    assert_int_equal(winners(8, 200, "/auth/register/password", NULL,
                             body("email", "ada@example.com", "password", RIVER, NULL)),
                     1);
    expect(200, NULL, login(RIVER));
}

static void wrong_registration_codes_are_counted_each(void **state) {
    (void)state;
    char code[8], wrong[16];
    expect(200, NULL, POST("/auth/register/start", NULL, body("email", "ada@example.com", NULL)));
    mailed_code(code);
    snprintf(wrong, sizeof wrong, "%06d", (atoi(code) + 1) % 1000000);
    done(
        POST("/auth/register/verify", NULL, body("email", "ada@example.com", "code", wrong, NULL)));
    winners(MANY, 400, "/auth/register/verify", NULL,
            body("email", "ada@example.com", "code", wrong, NULL));
    expect(
        400, "TOO_MANY_ATTEMPTS",
        POST("/auth/register/verify", NULL, body("email", "ada@example.com", "code", code, NULL)));
}

static void refresh_token_works_for_one_and_then_for_nobody(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    struct answer answer = login(RIVER);
    const char *refresh = json_string_value(json_object_get(answer.json, "refresh_token"));
    const char *token = json_string_value(json_object_get(answer.json, "token"));
    assert_int_equal(
        winners(MANY, 200, "/auth/token/refresh", NULL, body("refresh_token", refresh, NULL)), 1);
    expect(401, NULL, GET("/auth/me", token)); /* the family is dead: a copy was about */
    done(answer);
}

static void recovery_code_works_for_one(void **state) {
    (void)state;
    json_t *recovery;
    free(with_second_factor("ada@example.com", &recovery));
    const char *code = json_string_value(json_array_get(recovery, 0));
    char *challenge = challenged();
    assert_int_equal(winners(MANY, 200, "/auth/2fa/verify", NULL,
                             body("challenge_token", challenge, "code", code, NULL)),
                     1);
    json_decref(recovery);
    free(challenge);
}

/* Each with a challenge of its own: the code alone decides. */
struct second {
    pthread_t thread;
    pthread_barrier_t *start;
    char *challenge, code[8];
    int status;
};

static void *second_step(void *arg) {
    struct second *second = arg;
    pthread_barrier_wait(second->start);
    struct answer answer =
        POST("/internal/second-factor", NULL,
             body("challenge_token", second->challenge, "code", second->code, NULL));
    second->status = answer.status;
    done(answer);
    return NULL;
}

static void totp_code_works_for_one(void **state) {
    (void)state;
    struct second seconds[MANY];
    pthread_barrier_t start;
    int won = 0;
    char *base32 = with_second_factor("ada@example.com", NULL);
    pthread_barrier_init(&start, NULL, MANY);
    for (int i = 0; i < MANY; i++) {
        seconds[i] = (struct second){.start = &start, .challenge = challenged()};
        totp_at(base32, now_ms, seconds[i].code);
    }
    for (int i = 0; i < MANY; i++)
        pthread_create(&seconds[i].thread, NULL, second_step, &seconds[i]);
    for (int i = 0; i < MANY; i++) {
        pthread_join(seconds[i].thread, NULL);
        won += seconds[i].status == 200;
        free(seconds[i].challenge);
    }
    assert_int_equal(won, 1);
    pthread_barrier_destroy(&start);
    free(base32);
}

static void reset_link_works_for_one(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    expect(200, NULL, POST("/auth/password/forgot", NULL, body("email", "ada@example.com", NULL)));
    mailed_reset_token(token);
    assert_int_equal(winners(MANY, 200, "/auth/password/reset", NULL,
                             body("token", token, "password", "another river", NULL)),
                     1);
}

/* However many guess at once, no more are answered than one after the other. */
static void guesses_at_once_learn_no_more_than_one_by_one(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    assert_int_equal(winners(MANY, 401, "/auth/login", NULL,
                             body("email", "ada@example.com", "password", "a wrong river", NULL)),
                     5);
    expect(429, NULL, login(RIVER));
}

static void right_passwords_at_once_all_pass(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    assert_int_equal(winners(MANY, 200, "/auth/login", NULL,
                             body("email", "ada@example.com", "password", RIVER, NULL)),
                     MANY);
}

struct patch {
    pthread_t thread;
    char *token;
    const char *text;
    int status;
};

static void *patch_profile(void *arg) {
    struct patch *patch = arg;
    struct answer answer = call("PATCH", "/auth/profile", patch->token, patch->text);
    patch->status = answer.status;
    done(answer);
    return NULL;
}

static void changes_of_a_profile_at_once_are_all_kept(void **state) {
    (void)state;
    static const char *const texts[] = {"{\"surname\":\"a\"}",     "{\"givenNames\":\"b\"}",
                                        "{\"nickname\":\"c\"}",    "{\"gender\":\"d\"}",
                                        "{\"displayName\":\"e\"}", "{\"middle_name\":\"f\"}"};
    struct patch patches[COUNT(texts)];
    char *token = registered("ada@example.com");
    for (size_t i = 0; i < COUNT(texts); i++) {
        patches[i] = (struct patch){.token = token, .text = texts[i]};
        pthread_create(&patches[i].thread, NULL, patch_profile, &patches[i]);
    }
    for (size_t i = 0; i < COUNT(texts); i++)
        pthread_join(patches[i].thread, NULL);
    struct answer me = GET("/auth/me", token);
    for (const char *const *name =
             (const char *const[]){"surname", "givenNames", "nickname", "gender", "displayName",
                                   "middle_name", NULL};
         *name; name++)
        assert_true(json_is_string(json_object_get(me.json, *name)));
    done(me);
    free(token);
}

static void username_goes_to_one(void **state) {
    (void)state;
    enum { USERS = 8 };
    struct patch patches[USERS];
    int won = 0, taken = 0;
    char email[32];
    for (int i = 0; i < USERS; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        patches[i] = (struct patch){.token = registered(email), .text = "{\"username\":\"ada\"}"};
    }
    for (int i = 0; i < USERS; i++)
        pthread_create(&patches[i].thread, NULL, patch_profile, &patches[i]);
    for (int i = 0; i < USERS; i++) {
        pthread_join(patches[i].thread, NULL);
        free(patches[i].token);
        won += patches[i].status == 200;
        taken += patches[i].status == 409;
    }
    assert_int_equal(won, 1);
    assert_int_equal(taken, USERS - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(registration_code_works_for_one),
        CASE(registration_code_is_mailed_once),
        CASE(address_gets_one_account),
        CASE(wrong_registration_codes_are_counted_each),
        CASE(refresh_token_works_for_one_and_then_for_nobody),
        CASE(recovery_code_works_for_one),
        CASE(totp_code_works_for_one),
        CASE(reset_link_works_for_one),
        CASE(guesses_at_once_learn_no_more_than_one_by_one),
        CASE(right_passwords_at_once_all_pass),
        CASE(changes_of_a_profile_at_once_are_all_kept),
        CASE(username_goes_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
