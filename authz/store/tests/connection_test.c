/* Connected apps and recent events, in a real database. */
#include "authz/store/connection.h"

#include "authz/store/activity.h"
#include "authz/store/tests/store_helper.h"

enum { NOW_MS = 1000000000 };

static void add_grant(struct store_world *w, const char *id, const char *client_id,
                      const char *user_id, const char *scope, int64_t now_ms) {
    struct grant grant = store_world_grant(str_from(id), str_from(client_id), now_ms);
    grant.user_id = str_from(user_id);
    grant.scope = str_from(scope);
    assert_ok(grant_make(&w->store, &grant, NULL));
}

static void allow(struct store_world *w, const char *user_id, const char *client_id,
                  const char *scope, int64_t now_ms) {
    struct consent consent = {str_from(user_id), str_from(client_id), str_from(scope)};
    assert_ok(consent_allow(&w->store, w->arena, &consent, NULL, now_ms));
}

static size_t list(struct store_world *w, const char *user_id, int64_t now_ms,
                   struct connection **out) {
    size_t n;
    assert_ok(connection_list(&w->store, w->arena, str_from(user_id), now_ms, out, &n));
    return n;
}

static void apps_are_those_with_consent_or_living_grant(void **state) {
    struct store_world *w = *state;
    struct connection *apps;
    store_world_client(w, S("allowed"), S("dev"), STR_ABSENT);
    store_world_client(w, S("granted"), S("dev"), STR_ABSENT);
    store_world_client(w, S("both"), S("dev"), STR_ABSENT);
    store_world_client(w, S("over"), S("dev"), STR_ABSENT);
    store_world_client(w, S("revoked"), S("dev"), STR_ABSENT);
    store_world_client(w, S("nothing"), S("dev"), STR_ABSENT);
    allow(w, "u1", "allowed", "openid email", NOW_MS);
    allow(w, "u1", "both", "openid", NOW_MS + 1000);
    add_grant(w, "g1", "granted", "u1", "openid profile", NOW_MS + 1);
    add_grant(w, "g2", "both", "u1", "openid profile", NOW_MS + 2);
    add_grant(w, "g3", "both", "u1", "openid email", NOW_MS + 3000);
    add_grant(w, "g4", "over", "u1", "openid", NOW_MS - 200LL * 86400000);
    add_grant(w, "g5", "revoked", "u1", "openid", NOW_MS);
    store_world_run(w, "UPDATE grants SET revoked_ms = 1 WHERE id = 'g5'");
    add_grant(w, "g6", "nothing", "u2", "openid", NOW_MS);

    assert_int_equal(list(w, "u1", NOW_MS, &apps), 3);
    assert_true(str_eq(apps[0].client_id, S("both")));
    assert_true(str_eq(apps[1].client_id, S("granted")));
    assert_true(str_eq(apps[2].client_id, S("allowed")));
    assert_int_equal(apps[0].since_ms, NOW_MS + 2);
    assert_int_equal(apps[0].used_ms, NOW_MS + 3000);
    assert_true(str_has_word(apps[0].scope, S("openid")) &&
                str_has_word(apps[0].scope, S("profile")) &&
                str_has_word(apps[0].scope, S("email")));
    assert_true(str_eq(apps[2].scope, S("openid email")));
    assert_int_equal(list(w, "u3", NOW_MS, &apps), 0);
}

/* Beside the rows above. */
static void what_is_removed_is_that_persons_and_that_clients(void **state) {
    struct store_world *w = *state;
    struct connection *apps;
    const struct consent strangers[] = {{S_INIT("u2"), S_INIT("both"), S_INIT("")},
                                        {S_INIT("u1"), S_INIT("nothing"), S_INIT("")},
                                        {S_INIT("u1"), S_INIT("no-such"), S_INIT("")},
                                        {S_INIT("u1"), S_INIT("over"), S_INIT("")},
                                        {S_INIT("u1"), S_INIT("revoked"), S_INIT("")},
                                        {S_INIT("u1"), S_INIT("%"), S_INIT("")}};
    for (size_t i = 0; i < COUNT(strangers); i++)
        assert_err(connection_remove(&w->store, &strangers[i], NULL, NOW_MS), not_found);
    assert_int_equal(list(w, "u1", NOW_MS, &apps), 3);

    const struct consent both = {S_INIT("u1"), S_INIT("both"), S_INIT("")};
    allow(w, "u2", "both", "openid", NOW_MS);
    assert_ok(connection_remove(&w->store, &both, NULL, NOW_MS + 5000));
    assert_int_equal(list(w, "u1", NOW_MS, &apps), 2);
    assert_int_equal(list(w, "u2", NOW_MS, &apps), 2);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants WHERE client_id = 'both'"
                                          " AND revoked_ms IS NULL"),
                     0);
    assert_err(connection_remove(&w->store, &both, NULL, NOW_MS + 5000), not_found);
}

static void activity_is_of_one_person_and_of_some_kinds(void **state) {
    struct store_world *w = *state;
    struct activity *list_;
    size_t n;
    store_world_run(w, "INSERT INTO audit (time_ms, event, user_id, remote) VALUES"
                       " (5, 'sign_in', 'a1', '192.0.2.1'), (7, 'sign_in_failed', 'a1', NULL),"
                       " (6, 'grant_made', 'a1', NULL), (9, 'sign_in', 'a2', NULL)");
    assert_ok(activity_list(&w->store, w->arena, S("a1"), S("sign_in sign_in_failed"), &list_, &n));
    assert_int_equal(n, 2);
    assert_true(str_eq(list_[0].event, S("sign_in_failed")));
    assert_true(str_eq(list_[1].remote, S("192.0.2.1")));
    assert_ok(activity_list(&w->store, w->arena, S("a1"), S("sign"), &list_, &n));
    assert_int_equal(n, 0);
}

static void activity_is_not_endless(void **state) {
    struct store_world *w = *state;
    struct activity *list_;
    size_t n;
    store_world_run(w, "INSERT INTO audit (time_ms, event, user_id)"
                       " WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k"
                       " WHERE i < 50) SELECT i, 'sign_in', 'a3' FROM k");
    assert_ok(activity_list(&w->store, w->arena, S("a3"), S("sign_in"), &list_, &n));
    assert_int_equal(n, ACTIVITY_SHOWN);
    assert_int_equal(list_[0].time_ms, 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(apps_are_those_with_consent_or_living_grant),
        cmocka_unit_test(what_is_removed_is_that_persons_and_that_clients),
        cmocka_unit_test(activity_is_of_one_person_and_of_some_kinds),
        cmocka_unit_test(activity_is_not_endless),
    };
    return cmocka_run_group_tests(tests, store_world_open, store_world_close);
}
