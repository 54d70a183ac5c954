/* ctest: threads */
#include "authz/store/grant.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "authz/store/refresh_token.h"
#include "authz/store/tests/store_helper.h"

enum { NOW = 1000000, THREADS = 64, ROUNDS = 5 };

static bool redeem(struct store_world *w, const char *id, const char *code, const char *refresh) {
    struct grant grant = store_world_grant(str_from(id), S("c1"), NOW);
    struct redemption plan = {.grant = &grant,
                              .code.hash = str_from(code),
                              .refresh_hash = str_from(refresh),
                              .refresh_expires_ms = NOW + 1000};
    struct arena *arena = arena_new(65536); /* threads share no arena */
    bool won = false;
    assert_ok(grant_redeem(&w->store, arena, &plan, &won));
    arena_free(arena);
    return won;
}

static void a_code_makes_one_grant(void **state) {
    struct store_world *w = *state;
    struct grant got;
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    assert_true(redeem(w, "g1", "code", "rt1"));
    assert_ok(grant_get(&w->store, w->arena, S("g1"), &got));
    assert_true(grant_alive(&got, NOW));
    assert_str(got.scope, "openid email");
    assert_str(got.sid, "sid1");
    assert_int_equal(got.signed_in_ms, 7);
    assert_false(grant_alive(&got, got.expires_ms));
}

static void a_reused_code_revokes_the_grant_it_made(void **state) {
    struct store_world *w = *state;
    struct refresh_token token;
    struct grant got;
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    assert_true(redeem(w, "g1", "code", "rt1"));
    assert_true(redeem(w, "g2", "other code", "rt2"));
    assert_false(redeem(w, "g3", "code", "rt3"));
    assert_ok(grant_get(&w->store, w->arena, S("g1"), &got));
    assert_false(grant_alive(&got, NOW));
    assert_ok(grant_get(&w->store, w->arena, S("g2"), &got));
    assert_true(grant_alive(&got, NOW));
    assert_err(grant_get(&w->store, w->arena, S("g3"), &got), not_found);
    assert_err(refresh_token_get(&w->store, w->arena, S("rt3"), &token), not_found);
}

static void a_code_of_a_client_that_is_gone_makes_nothing(void **state) {
    struct store_world *w = *state;
    assert_false(redeem(w, "g1", "code", "rt1"));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 0);
}

static void a_grant_without_refresh_token_has_none(void **state) {
    struct store_world *w = *state;
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    assert_true(redeem(w, "g1", "code", NULL));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 0);
}

static void a_late_code_revokes_too(void **state) {
    struct store_world *w = *state;
    struct audit_entry audit = {.event = AUDIT_grant_revoked_by_reuse, .user_id = S("u1")};
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    assert_ok(grant_revoke_by_code(&w->store, w->arena, &(struct code_use){.hash = S("code")}, NOW,
                                   &audit));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM audit"), 0);
    assert_true(redeem(w, "g1", "code", "rt1"));
    assert_ok(grant_revoke_by_code(&w->store, w->arena, &(struct code_use){.hash = S("code")},
                                   NOW + 1, &audit));
    assert_ok(grant_revoke_by_code(&w->store, w->arena, &(struct code_use){.hash = S("code")},
                                   NOW + 2, &audit));
    assert_int_equal(store_world_count(w, "SELECT revoked_ms FROM grants"), NOW + 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM audit WHERE grant_id = 'g1'"), 1);
}

struct race {
    struct store_world *w;
    pthread_barrier_t *start;
    int round, number;
    atomic_int *winners;
};

static void *racer(void *arg) {
    struct race *race = arg;
    char code[32], id[32], token[32];
    snprintf(code, sizeof code, "code %d", race->round);
    snprintf(id, sizeof id, "g%d-%d", race->round, race->number);
    snprintf(token, sizeof token, "rt%d-%d", race->round, race->number);
    pthread_barrier_wait(race->start);
    *race->winners += redeem(race->w, id, code, token);
    return NULL;
}

static void of_64_redemptions_of_one_code_exactly_one_wins(void **state) {
    struct store_world *w = *state;
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t threads[THREADS];
        struct race races[THREADS];
        pthread_barrier_t start;
        atomic_int winners = 0;
        pthread_barrier_init(&start, NULL, THREADS);
        for (int i = 0; i < THREADS; i++) {
            races[i] = (struct race){w, &start, round, i, &winners};
            assert_int_equal(pthread_create(&threads[i], NULL, racer, &races[i]), 0);
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&start);
        assert_int_equal(winners, 1);
        assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), round + 1);
        assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), round + 1);
    }
    /* The 63 others revoked what the first one made. */
    assert_int_equal(
        store_world_count(w, "SELECT count(*) FROM grants WHERE revoked_ms IS NOT NULL"), ROUNDS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_code_makes_one_grant),
        TEST(a_reused_code_revokes_the_grant_it_made),
        TEST(a_code_of_a_client_that_is_gone_makes_nothing),
        TEST(a_grant_without_refresh_token_has_none),
        TEST(a_late_code_revokes_too),
        TEST(of_64_redemptions_of_one_code_exactly_one_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
