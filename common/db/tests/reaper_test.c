/* Rows whose time is over go, batch by batch; the others stay. */
#include "common/db/reaper.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/testing.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

enum { BATCH = 10 };

static const struct db_migration migrations[] = {
    {1, "CREATE TABLE things (id INTEGER PRIMARY KEY, kept INTEGER NOT NULL,"
        "                     over_ms INTEGER NOT NULL)"},
};
static const struct reaper_table things =
    REAPER_TABLE("things", "id", "over_ms", " AND kept = 0", BATCH);

static char folder[64];
static struct db *db;

static int set_up(void **state) {
    char path[96];
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    strcpy(folder, "/tmp/hitkey-db-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/test.db", folder);
    assert_ok(db_open(&(struct db_options){path, "test", migrations, 1}, &db));
    return 0;
}

static int tear_down(void **state) {
    char command[128];
    (void)state;
    db_close(db);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

struct rows {
    int64_t n, over_ms, kept;
};

static err fill_tx(struct tx *tx, void *arg) {
    const struct rows *rows = arg;
    return DB_RUN(tx, NULL,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
                  " INSERT INTO things(kept, over_ms) SELECT ?2, ?3 FROM n",
                  DB_I(rows->n), DB_I(rows->kept), DB_I(rows->over_ms));
}

static void fill(int64_t n, int64_t over_ms, int64_t kept) {
    struct rows rows = {n, over_ms, kept};
    assert_ok(db_write(db, fill_tx, &rows));
}

static err count_tx(struct tx *tx, void *arg) {
    int64_t *n = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM things"));
    TRY(db_next(rows, &row));
    *n = db_get_int(rows, 0);
    return OK;
}

static int64_t left(void) {
    int64_t n = -1;
    assert_ok(db_read(db, count_tx, &n));
    return n;
}

static bool reap(int64_t until_ms) {
    bool more = false;
    assert_ok(reaper_run(db, &things, until_ms, &more));
    return more;
}

static void rows_of_later_stay(void **state) {
    (void)state;
    assert_false(reap(100)); /* nothing there */
    fill(3 * BATCH + 5, 100, 0);
    fill(7, 101, 0);
    assert_false(reap(99));
    assert_int_equal(left(), 3 * BATCH + 5 + 7);
    assert_false(reap(100));
    assert_int_equal(left(), 7);
}

static void rows_that_do_not_meet_the_condition_stay(void **state) {
    (void)state;
    fill(2 * BATCH, 1, 1);
    fill(BATCH, 1, 0);
    assert_false(reap(100));
    assert_int_equal(left(), 2 * BATCH);
}

static void one_call_is_bounded_and_says_that_there_is_more(void **state) {
    (void)state;
    bool more = true;
    fill((REAPER_BATCHES + 1) * BATCH + 1, 1, 0);
    assert_true(reap(1));
    assert_int_equal(left(), BATCH + 1);
    assert_false(reap(1));
    assert_int_equal(left(), 0);
    assert_ok(reaper_run(db, &things, 1, &more)); /* what another table said stays said */
    assert_true(more);
}

static void assert_shown(const char *line) {
    struct arena *arena = arena_new(256 * 1024);
    struct buf out = buf_in(arena, 128 * 1024);
    str shown;
    metrics_write(&out);
    assert_ok(buf_str(&out, &shown));
    if (str_find_str(shown, str_from(line)) == shown.n)
        fail_msg("no %s in:\n%.*s", line, (int)shown.n, shown.p);
    arena_free(arena);
}

static void what_was_deleted_is_counted(void **state) {
    (void)state;
    struct reaper_table counted = things;
    bool more = false;
    counted.name = "counted";
    fill(REAPER_BATCHES * BATCH + 3, 1, 0);
    assert_ok(reaper_run(db, &counted, 1, &more));
    assert_shown("hitkey_reaped_rows_total{table=\"counted\"} 400");
    assert_shown("hitkey_reaper_behind{table=\"counted\"} 1");
    assert_ok(reaper_run(db, &counted, 1, &more));
    assert_shown("hitkey_reaped_rows_total{table=\"counted\"} 403");
    assert_shown("hitkey_reaper_behind{table=\"counted\"} 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rows_of_later_stay),
        TEST(rows_that_do_not_meet_the_condition_stay),
        TEST(one_call_is_bounded_and_says_that_there_is_more),
        TEST(what_was_deleted_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
