#include "authz/store/reap.h"

#include "authz/store/tests/store_helper.h"

static void reap(struct store_world *w, int64_t now_ms, int64_t audit_until_ms) {
    bool more = true;
    assert_ok(store_reap(&w->store, now_ms, audit_until_ms, &more));
    assert_false(more);
}

/* One row that ends at 100 and one at 101, of every table that has an expiry. */
static const struct {
    const char *fill, *count;
} expiring[] = {
#define ROWS(table, columns, first, second)                                                        \
    {                                                                                              \
        "INSERT INTO " table " (" columns ", expires_ms) VALUES (" first ", 100), (" second        \
        ", 101)",                                                                                  \
            "SELECT count(*) FROM " table                                                          \
    }
    ROWS("grants", "id, client_id, user_id, scope, signed_in_ms, created_ms",
         "'old', 'c', 'u', '', 0, 0", "'new', 'c', 'u', '', 0, 0"),
    ROWS("refresh_tokens", "hash, grant_id, created_ms", "x'01', 'new', 0", "x'02', 'new', 0"),
    ROWS("sessions", "id_hash, created_ms, used_ms", "x'01', 0, 0", "x'02', 0, 0"),
    ROWS("stored_requests", "id, sealed", "'a', ''", "'b', ''"),
    ROWS("used_jtis", "hash", "x'01'", "x'02'"),
    ROWS("logout_notices", "client_id, user_id, sid, attempts, next_ms", "'c', 'u', 's', 0, 0",
         "'c', 'u', 't', 0, 0"),
    ROWS("client_failures", "client_id, time_ms, endpoint, error, rule, remote",
         "'c', 0, '', '', '', ''", "'c', 0, '', '', '', ''"),
#undef ROWS
};
enum { EXPIRING_COUNT = sizeof expiring / sizeof expiring[0] };

/* A new table with an expiry is in the list above, and finds its rows by an index. */
static void rows_of_every_table_with_an_expiry_go(void **state) {
    struct store_world *w = *state;
    assert_int_equal(
        store_world_count(w, "SELECT count(*) FROM sqlite_schema t, pragma_table_info(t.name) c"
                             " WHERE t.type = 'table' AND c.name = 'expires_ms'"),
        EXPIRING_COUNT);
    assert_int_equal(
        store_world_count(w, "SELECT count(DISTINCT t.name) FROM sqlite_schema t,"
                             " pragma_index_list(t.name) i, pragma_index_info(i.name) c"
                             " WHERE t.type = 'table' AND c.seqno = 0 AND c.name = 'expires_ms'"),
        EXPIRING_COUNT);
    store_world_client(w, S("c"), S("u"), STR_ABSENT);
    for (size_t i = 0; i < EXPIRING_COUNT; i++)
        store_world_run(w, expiring[i].fill);
    for (int64_t now_ms = 99; now_ms <= 101; now_ms++) {
        reap(w, now_ms, 0);
        for (size_t i = 0; i < EXPIRING_COUNT; i++)
            assert_int_equal(store_world_count(w, expiring[i].count), 101 - now_ms);
    }
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
        TEST(rows_of_every_table_with_an_expiry_go),
        TEST(expired_rows_go_and_living_ones_stay),
        TEST(thousands_of_rows_go_at_once),
        TEST(audit_events_go_when_their_own_time_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
