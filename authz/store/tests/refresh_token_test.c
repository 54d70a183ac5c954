#include "authz/store/refresh_token.h"

#include "authz/store/tests/store_helper.h"

enum { NOW = 1000000, GRACE = 30000, LIFE = 5000000 };

static void redeem(struct store_world *w, const char *id, const char *code, const char *token) {
    struct grant grant = store_world_grant(str_from(id), S("c1"), NOW);
    struct redemption plan = {.grant = &grant,
                              .code.hash = str_from(code),
                              .refresh_hash = str_from(token),
                              .refresh_expires_ms = NOW + LIFE};
    bool won;
    assert_ok(grant_redeem(&w->store, w->arena, &plan, &won));
    assert_true(won);
}

static void begin(struct store_world *w) {
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    redeem(w, "g1", "code", "A");
}

/* Whether the successor may be given out. */
static bool rotate(struct store_world *w, const char *old, const char *next, int64_t now_ms) {
    struct rotation rotation = {.hash = str_from(old),
                                .successor_hash = str_from(next),
                                .grant_id = S("g1"),
                                .now_ms = now_ms,
                                .successor_expires_ms = now_ms + LIFE,
                                .grace_ms = GRACE};
    bool reused = true;
    assert_ok(refresh_token_rotate(&w->store, &rotation, &reused));
    return !reused;
}

static bool grant_lives(struct store_world *w) {
    struct grant got;
    assert_ok(grant_get(&w->store, w->arena, S("g1"), &got));
    return grant_alive(&got, NOW);
}

static void a_rotated_token_has_a_successor(void **state) {
    struct store_world *w = *state;
    struct refresh_token got;
    begin(w);
    assert_true(rotate(w, "A", "B", NOW + 10));
    assert_ok(refresh_token_get(&w->store, w->arena, S("A"), &got));
    assert_true(got.rotated);
    assert_ok(refresh_token_get(&w->store, w->arena, S("B"), &got));
    assert_false(got.rotated);
    assert_str(got.grant.id, "g1");
    assert_int_equal(got.expires_ms, NOW + 10 + LIFE);
}

static void a_retry_within_the_grace_gets_the_same_successor(void **state) {
    struct store_world *w = *state;
    begin(w);
    assert_true(rotate(w, "A", "B", NOW));
    assert_true(rotate(w, "A", "B", NOW + 1));
    assert_true(rotate(w, "A", "B", NOW + GRACE));
    assert_true(grant_lives(w));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 2);
    assert_true(rotate(w, "B", "C", NOW + GRACE));
}

static void reuse_after_the_grace_revokes_the_family(void **state) {
    struct store_world *w = *state;
    begin(w);
    assert_true(rotate(w, "A", "B", NOW));
    assert_false(rotate(w, "A", "B", NOW + GRACE + 1));
    assert_false(grant_lives(w));
}

/* Two tabs of one app: the slower one comes while the faster one is a token ahead. */
static void a_retry_within_the_grace_may_come_after_its_successor_was_used(void **state) {
    struct store_world *w = *state;
    begin(w);
    assert_true(rotate(w, "A", "B", NOW));
    assert_true(rotate(w, "B", "C", NOW + 1));
    assert_true(rotate(w, "A", "B", NOW + 2));
    assert_true(grant_lives(w));
    assert_true(rotate(w, "B", "C", NOW + 1 + GRACE));
    assert_false(rotate(w, "A", "B", NOW + 1 + GRACE));
    assert_false(grant_lives(w));
}

static void other_families_live_on(void **state) {
    struct store_world *w = *state;
    struct grant got;
    begin(w);
    redeem(w, "g2", "other code", "X");
    assert_true(rotate(w, "A", "B", NOW));
    assert_false(rotate(w, "A", "B", NOW + GRACE + 1));
    assert_ok(grant_get(&w->store, w->arena, S("g2"), &got));
    assert_true(grant_alive(&got, NOW));
}

static void a_slide_never_goes_back(void **state) {
    struct store_world *w = *state;
    struct refresh_token got;
    begin(w);
    assert_ok(refresh_token_slide(&w->store, S("A"), NOW + LIFE + 5));
    assert_ok(refresh_token_slide(&w->store, S("A"), NOW));
    assert_ok(refresh_token_get(&w->store, w->arena, S("A"), &got));
    assert_int_equal(got.expires_ms, NOW + LIFE + 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_rotated_token_has_a_successor),
        TEST(a_retry_within_the_grace_gets_the_same_successor),
        TEST(reuse_after_the_grace_revokes_the_family),
        TEST(a_retry_within_the_grace_may_come_after_its_successor_was_used),
        TEST(other_families_live_on),
        TEST(a_slide_never_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
