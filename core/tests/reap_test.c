/* Rows whose time is over go, the others stay. */
#include "core_helper.h"

#include "core/reap.h"
#include "core/world.h"

static const char *const tables[] = {"registrations",   "api_tokens",  "api_refresh_tokens",
                                     "password_resets", "challenges",  "throttles",
                                     "api_sign_ins",    "email_codes", "outbox",
                                     "invites",         "mail_log"};

#define FILL(tx, table, columns, values)                                                           \
    TRY(DB_RUN((tx), NULL,                                                                         \
               "INSERT INTO " table "(" columns ", expires_ms)"                                    \
               " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"   \
               " SELECT " values ", CASE WHEN i <= 1190 THEN 100 ELSE 101 END FROM n"))

/* 1190 rows that end at 100, 10 that end at 101. */
static err fill(struct tx *tx, void *arg) {
    (void)arg;
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO users(id, password, profile, created_ms, updated_ms)"
               " VALUES ('u', '', '{}', 0, 0)"));
    FILL(tx, "registrations", "address, sent_ms, attempts", "'a' || i, 0, 0");
    FILL(tx, "api_tokens", "hash, family, user_id, signed_in_ms, amr", "'h' || i, 'f', 'u', 0, ''");
    FILL(tx, "api_refresh_tokens", "hash, family, user_id, signed_in_ms, amr",
         "'h' || i, 'f', 'u', 0, ''");
    FILL(tx, "api_sign_ins", "id, user_id, created_ms, used_ms", "'f' || i, 'u', 0, 0");
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO emails(id, user_id, address, is_default, is_verified, created_ms)"
               " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
               " SELECT 'e' || i, 'u', 'a' || i, 0, 0, 0 FROM n"));
    FILL(tx, "email_codes", "email_id, sent_ms, attempts", "'e' || i, 0, 0");
    FILL(tx, "password_resets", "hash, user_id", "'h' || i, 'u'");
    FILL(tx, "challenges", "hash, user_id, attempts", "'h' || i, 'u', 0");
    FILL(tx, "throttles", "key, times, blocked_until_ms", "'k' || i, 0, 0");
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO projects(id, name, slug, is_public, owner_id, created_ms, updated_ms)"
               " VALUES ('p', '', 'p', 0, 'u', 0, 0)"));
    FILL(tx, "invites",
         "id, token_hash, project_id, address, role, invited_by, created_ms, valid_until_ms",
         "'i' || i, 'h' || i, 'p', 'a' || i, 'member', 'u', 0, 0");
    FILL(tx, "mail_log", "recipient, cause_until_ms, put_ms", "'r' || i, 0, 0");
    FILL(tx, "outbox", "sealed, attempts, next_ms", "'', 0, 1000000000000000");
    return OK;
}

struct counting {
    const char *sql;
    int64_t n;
};

static err count(struct tx *tx, void *arg) {
    struct counting *counting = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(db_query(tx, counting->sql, NULL, 0, &rows));
    TRY(db_next(rows, &row));
    counting->n = db_get_int(rows, 0);
    return OK;
}

/* A new table with an expiry is in the list above, and finds its rows by an index. */
static void every_table_with_an_expiry_is_here(void **state) {
    (void)state;
    struct counting all = {"SELECT count(*) FROM sqlite_schema t, pragma_table_info(t.name) c"
                           " WHERE t.type = 'table' AND c.name = 'expires_ms'",
                           0};
    struct counting indexed = {
        "SELECT count(DISTINCT t.name) FROM sqlite_schema t, pragma_index_list(t.name) i,"
        " pragma_index_info(i.name) c WHERE t.type = 'table' AND c.seqno = 0"
        " AND c.name = 'expires_ms'",
        0};
    assert_ok(db_read(core->db, count, &all));
    assert_ok(db_read(core->db, count, &indexed));
    assert_int_equal(all.n, COUNT(tables));
    assert_int_equal(indexed.n, COUNT(tables));
}

static void expired_rows_go_and_others_stay(void **state) {
    (void)state;
    char sql[COUNT(tables)][64];
    now_ms = 50; /* for the thread */
    core_helper_restart();
    assert_ok(db_write(core->db, fill, NULL));
    assert_ok(reap_expired(core, 99));
    for (int64_t left = 1200; left >= 10; left -= 1190) {
        for (size_t i = 0; i < COUNT(tables); i++) {
            snprintf(sql[i], sizeof sql[i], "SELECT count(*) FROM %s", tables[i]);
            struct counting counting = {sql[i], 0};
            assert_ok(db_read(core->db, count, &counting));
            assert_int_equal(counting.n, left);
        }
        assert_ok(reap_expired(core, 100));
    }
}

static void users_are_never_reaped(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    now_ms += INT64_C(10) * 365 * 24 * 3600 * 1000;
    assert_ok(reap_expired(core, now_ms));
    expect(200, NULL,
           POST("/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL)));
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE(every_table_with_an_expiry_is_here),
                                       CASE(expired_rows_go_and_others_stay),
                                       CASE(users_are_never_reaped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
