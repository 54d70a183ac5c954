/* The end of sign-ins and the notices of it, in a real database. */
#include "authz/store/logout.h"

#include "authz/store/tests/store_helper.h"

enum { NOW_MS = 1000000000 };
#define HOUR_MS INT64_C(3600000)

static const struct session_limits limits = {.idle_ms = 24 * HOUR_MS, .lifetime_ms = 720 * HOUR_MS};

static void put(struct store_world *w, const char *sql) {
    store_world_run(w, sql);
}

/* ann is signed in with two browsers, and into three clients with the first. */
static void begin(struct store_world *w) {
    put(w, "INSERT INTO clients (client_id, id, dialect, metadata, created_ms, updated_ms) VALUES"
           " ('back', '1', 'standard', '{\"redirect_uris\":[\"https://a.example/\"],"
           "\"backchannel_logout_uri\":\"https://a.example/back\"}', 0, 0),"
           " ('front', '2', 'standard', '{\"redirect_uris\":[\"https://b.example/\"],"
           "\"frontchannel_logout_uri\":\"https://b.example/front\"}', 0, 0),"
           " ('plain', '3', 'standard', '{\"redirect_uris\":[\"https://c.example/\"]}', 0, 0)");
    put(w, "INSERT INTO sessions (id_hash, created_ms, used_ms, expires_ms) VALUES (x'01', 0, "
           "1000000000, 2000000000),"
           " (x'02', 0, 1000000000, 2000000000)");
    put(w,
        "INSERT INTO session_accounts (sid, session_hash, user_id, signed_in_ms, acr, amr, used_ms)"
        " VALUES ('s1', x'01', 'ann', 1000000000, 'a', 'pwd', 1000000000),"
        " ('s2', x'02', 'ann', 1000000000, 'a', 'pwd', 1000000000),"
        " ('s3', x'02', 'bob', 1000000000, 'a', 'pwd', 1000000000)");
    put(w, "INSERT INTO session_clients VALUES ('s1', 'back', 1), ('s1', 'front', 2),"
           " ('s1', 'plain', 3), ('s2', 'back', 4), ('s3', 'back', 5)");
    put(w, "INSERT INTO grants (id, client_id, user_id, sid, scope, signed_in_ms, created_ms,"
           " expires_ms) VALUES ('g1', 'back', 'ann', 's1', 'openid', 0, 0, 9000000000),"
           " ('g2', 'plain', 'ann', 's1', 'openid offline_access', 0, 0, 9000000000),"
           " ('g3', 'back', 'ann', 's2', 'openid', 0, 0, 9000000000)");
}

static void sign_out_one(struct store_world *w, const char *sid, struct front_channel **front,
                         size_t *n) {
    str sids[] = {str_from(sid)};
    struct logout logout = {.sids = sids, .n = 1, .now_ms = NOW_MS};
    assert_ok(logout_sign_out(&w->store, w->arena, &logout, front, n));
}

static void a_sign_out_ends_what_belongs_to_it_alone(void **state) {
    struct store_world *w = *state;
    struct front_channel *front;
    size_t n;
    begin(w);
    sign_out_one(w, "s1", &front, &n);
    assert_int_equal(n, 1);
    assert_str(front[0].uri, "https://b.example/front");
    assert_str(front[0].sid, "s1");
    assert_false(front[0].session_required);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 2);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices WHERE sid = 's1'"
                                          " AND client_id = 'back' AND user_id = 'ann'"),
                     1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 1);
    assert_int_equal(
        store_world_count(w, "SELECT count(*) FROM grants WHERE revoked_ms = 1000000000"), 1);
    assert_int_equal(
        store_world_count(w, "SELECT count(*) FROM grants WHERE id = 'g1' AND revoked_ms > 0"), 1);
    sign_out_one(w, "s1", &front, &n); /* again: nothing is left of it */
    assert_int_equal(n, 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 1);
}

static void a_person_is_ended_in_every_browser(void **state) {
    struct store_world *w = *state;
    begin(w);
    assert_ok(logout_person(&w->store, w->arena, S("ann"), NOW_MS));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 2);
    assert_ok(logout_person(&w->store, w->arena, S("nobody"), NOW_MS));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 1);
}

static void what_is_idle_or_over_is_ended(void **state) {
    struct store_world *w = *state;
    bool more = true;
    begin(w);
    assert_ok(logout_expired(&w->store, w->arena, &limits, NOW_MS + 24 * HOUR_MS - 1, &more));
    assert_false(more);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 3);
    put(w, "UPDATE session_accounts SET used_ms = used_ms + 3600000 WHERE sid <> 's1'");
    assert_ok(logout_expired(&w->store, w->arena, &limits, NOW_MS + 24 * HOUR_MS, &more));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 2);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 1);
    put(w, "UPDATE sessions SET expires_ms = 1 WHERE id_hash = x'02'");
    assert_ok(logout_expired(&w->store, w->arena, &limits, NOW_MS, &more));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 3);
}

static void a_notice_is_tried_until_it_is_done(void **state) {
    struct store_world *w = *state;
    struct logout_notice notice = {0};
    const str sids[] = {S_INIT("s1"), S_INIT("s2")};
    bool found, fresh;
    begin(w);
    assert_ok(logout_person(&w->store, w->arena, S("ann"), NOW_MS));
    assert_ok(logout_notice_fresh(&w->store, sids, 2, &fresh));
    assert_true(fresh);
    for (int i = 0; i < 2; i++) {
        assert_ok(logout_notice_next(&w->store, w->arena, NOW_MS, &notice, &found));
        assert_true(found);
        assert_str(notice.client_id, "back");
        assert_str(notice.user_id, "ann");
        assert_int_equal(notice.attempts, 0);
        assert_ok(logout_notice_put_off(&w->store, notice.id, NOW_MS + 1000));
    }
    assert_ok(logout_notice_fresh(&w->store, sids, 2, &fresh));
    assert_false(fresh);
    assert_ok(logout_notice_next(&w->store, w->arena, NOW_MS + 999, &notice, &found));
    assert_false(found);
    assert_ok(logout_notice_next(&w->store, w->arena, NOW_MS + 1000, &notice, &found));
    assert_true(found);
    assert_int_equal(notice.attempts, 1);
    assert_ok(logout_notice_done(&w->store, notice.id));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM logout_notices"), 1);
    assert_ok(logout_notice_next(&w->store, w->arena, NOW_MS + 25 * HOUR_MS, &notice, &found));
    assert_false(found); /* after a day nobody tries any more */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_sign_out_ends_what_belongs_to_it_alone),
        TEST(a_person_is_ended_in_every_browser),
        TEST(what_is_idle_or_over_is_ended),
        TEST(a_notice_is_tried_until_it_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
