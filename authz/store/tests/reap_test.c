#include "authz/store/reap.h"

#include "authz/store/tests/store_helper.h"

static void expired_rows_go_and_living_ones_stay(void **state) {
    struct store_world *w = *state;
    int64_t removed = -1;
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
    assert_ok(store_reap(&w->store, 99, &removed));
    assert_int_equal(removed, 0);
    assert_ok(store_reap(&w->store, 100, &removed));
    assert_int_equal(removed, 4);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants WHERE id = 'new'"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM sessions"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM stored_requests"), 0);
    assert_ok(store_reap(&w->store, 100, NULL));
}

static void a_batch_is_bounded(void **state) {
    struct store_world *w = *state;
    int64_t removed;
    store_world_run(w, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1200)"
                       " INSERT INTO stored_requests (id, sealed, expires_ms)"
                       " SELECT 'r' || i, '', 1 FROM n");
    assert_ok(store_reap(&w->store, 2, &removed));
    assert_int_equal(removed, 500);
    assert_ok(store_reap(&w->store, 2, &removed));
    assert_ok(store_reap(&w->store, 2, &removed));
    assert_int_equal(removed, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(expired_rows_go_and_living_ones_stay),
        TEST(a_batch_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
