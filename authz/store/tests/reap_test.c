#include "authz/store/reap.h"

#include "authz/store/tests/store_helper.h"

static void reap(struct store_world *w, int64_t now_ms, int64_t audit_until_ms) {
    bool more = true;
    assert_ok(store_reap(&w->store, now_ms, audit_until_ms, &more));
    assert_false(more);
}

static void expired_rows_go_and_living_ones_stay(void **state) {
    struct store_world *w = *state;
    store_world_run(w,
                    "INSERT INTO grants (id, client_id, user_id, scope, signed_in_ms, created_ms,"
                    " expires_ms) VALUES ('old', 'c', 'u', '', 0, 0, 100),"
                    " ('new', 'c', 'u', '', 0, 0, 101)");
    store_world_run(w, "INSERT INTO refresh_tokens (hash, grant_id, created_ms, expires_ms) VALUES"
                       " (x'01', 'new', 0, 100), (x'02', 'new', 0, 101), (x'03', 'old', 0, 101)");
    store_world_run(w, "INSERT INTO sessions (id_hash, created_ms, used_ms, expires_ms) VALUES"
                       " (x'01', 0, 0, 100), (x'02', 0, 0, 101)");
    store_world_run(w,
                    "INSERT INTO session_accounts (sid, session_hash, user_id, signed_in_ms, acr,"
                    " amr, used_ms) VALUES ('s1', x'01', 'u', 0, '', '', 0)");
    store_world_run(w,
                    "INSERT INTO stored_requests (id, sealed, expires_ms) VALUES ('a', '', 100)");
    reap(w, 99, 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 2);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM stored_requests"), 1);
    reap(w, 100, 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants WHERE id = 'new'"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM sessions"), 2);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM stored_requests"), 0);
    store_world_run(w, "DELETE FROM session_accounts"); /* as logout_expired() does */
    reap(w, 100, 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM sessions WHERE id_hash = x'02'"),
                     1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM sessions"), 1);
}

/* As many as come within ten seconds of a busy server go within one tick. */
static void thousands_of_rows_go_at_once(void **state) {
    struct store_world *w = *state;
    store_world_run(w, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5200)"
                       " INSERT INTO stored_requests (id, sealed, expires_ms)"
                       " SELECT 'r' || i, '', 1 FROM n");
    store_world_run(w, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1200)"
                       " INSERT INTO grants (id, client_id, user_id, scope, signed_in_ms,"
                       " created_ms, expires_ms) SELECT 'g' || i, 'c', 'u', '', 0, 0, 1 FROM n");
    store_world_run(w, "INSERT INTO refresh_tokens (hash, grant_id, created_ms, expires_ms)"
                       " SELECT CAST(id AS BLOB), id, 0, 100 FROM grants");
    reap(w, 2, 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM stored_requests"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 0);
}

static void audit_events_go_when_their_own_time_is_over(void **state) {
    struct store_world *w = *state;
    store_world_run(w, "INSERT INTO audit (time_ms, event) VALUES (10, 'sign_in'),"
                       " (20, 'sign_in'), (21, 'sign_in')");
    reap(w, 1000, 9);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM audit"), 3);
    reap(w, 1000, 20);
    assert_int_equal(store_world_count(w, "SELECT min(time_ms) FROM audit"), 21);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(expired_rows_go_and_living_ones_stay),
        TEST(thousands_of_rows_go_at_once),
        TEST(audit_events_go_when_their_own_time_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
