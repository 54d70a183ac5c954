/* ctest: threads */
#include "common/db/db.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/testing.h"
#include "common/ops/log.h"

static const struct db_migration migrations[] = {
    {1, "CREATE TABLE things (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE logs (id INTEGER PRIMARY KEY, what TEXT);"},
    {2, "ALTER TABLE things ADD COLUMN note TEXT;"},
};

static char folder[64], path[96];

static int set_up(void **state) {
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    strcpy(folder, "/tmp/hitkey-db-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/test.db", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct db *open_with(size_t n) {
    struct db *db = NULL;
    assert_ok(db_open(&(struct db_options){path, "test", migrations, n}, &db));
    return db;
}

struct thing {
    const char *id;
    int64_t n;
    bool fail;
};

static err put(struct tx *tx, void *arg) {
    const struct thing *thing = arg;
    TRY(DB_RUN(tx, NULL, "INSERT INTO things(id, n) VALUES (?1, ?2)", DB_T(str_from(thing->id)),
               DB_I(thing->n)));
    return thing->fail ? FAIL(conflict, "asked to fail") : OK;
}

static err count(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*), sum(n) FROM things"));
    TRY(db_next(rows, &row));
    *(int64_t *)arg = db_get_int(rows, 0);
    return OK;
}

static int64_t things(struct db *db) {
    int64_t n = -1;
    assert_ok(db_read(db, count, &n));
    return n;
}

static void a_failed_transaction_undoes_itself_alone(void **state) {
    (void)state;
    struct db *db = open_with(2);
    assert_ok(db_write(db, put, &(struct thing){"a", 1, false}));
    assert_err(db_write(db, put, &(struct thing){"b", 1, true}), conflict);
    assert_int_equal(things(db), 1);
    db_close(db);
    db = open_with(2);
    assert_int_equal(things(db), 1);
    db_close(db);
}

static void a_second_row_with_the_key_is_a_conflict(void **state) {
    (void)state;
    struct db *db = open_with(2);
    assert_ok(db_write(db, put, &(struct thing){"a", 1, false}));
    assert_err(db_write(db, put, &(struct thing){"a", 2, false}), conflict);
    db_close(db);
}

static void the_file_is_private(void **state) {
    (void)state;
    struct db *db = open_with(2);
    assert_ok(db_write(db, put, &(struct thing){"a", 1, false}));
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", path);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(wal, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    db_close(db);
}

static void migrations_are_applied_once_and_a_newer_schema_is_refused(void **state) {
    (void)state;
    struct db *db = open_with(1);
    assert_ok(db_write(db, put, &(struct thing){"a", 1, false}));
    db_close(db);
    db = open_with(2);
    assert_int_equal(things(db), 1);
    db_close(db);
    err e = db_open(&(struct db_options){path, "test", migrations, 1}, &db);
    assert_err(e, schema_newer);
    assert_non_null(strstr(e.why, "newer version"));
}

static void a_file_that_is_no_database_is_an_error(void **state) {
    (void)state;
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is not a database. ", file);
    fclose(file);
    struct db *db = NULL;
    assert_err(db_open(&(struct db_options){path, "test", migrations, 2}, &db), io);
    assert_err(db_open(&(struct db_options){"/nowhere/x.db", "test", migrations, 2}, &db), io);
}

struct values {
    struct arena *arena;
    str text, blob, none;
};

static err values_there_and_back(struct tx *tx, void *arg) {
    struct values *values = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT ?1, ?2, ?3", DB_T(S("caf\xc3\xa9")), DB_B(S("a\0b")),
                 DB_T(STR_ABSENT)));
    TRY(db_next(rows, &row));
    TRY(db_get_str(rows, 0, values->arena, &values->text));
    TRY(db_get_str(rows, 1, values->arena, &values->blob));
    return db_get_str(rows, 2, values->arena, &values->none);
}

static void text_and_blobs_come_back_as_they_went(void **state) {
    (void)state;
    struct db *db = open_with(2);
    struct values values = {.arena = arena_new(4096)};
    assert_ok(db_read(db, values_there_and_back, &values));
    assert_str(values.text, "caf\xc3\xa9");
    assert_true(str_eq(values.blob, S("a\0b")));
    assert_false(str_present(values.none));
    assert_ok(db_check(db));
    arena_free(values.arena);
    db_close(db);
}

static off_t written(void) {
    char wal[128];
    struct stat status;
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(stat(wal, &status), 0);
    return status.st_size;
}

static void many_checks_are_one_write(void **state) {
    (void)state;
    struct db *db = open_with(2);
    off_t before = written();
    assert_ok(db_check(db));
    off_t after = written();
    assert_true(after > before);
    for (int i = 0; i < 100; i++)
        assert_ok(db_check(db));
    assert_true(written() <= after + (after - before)); /* one more, if a second went by */
    db_close(db);
}

enum { THREADS = 64 };
struct racer {
    struct db *db;
    atomic_int *won;
};

static void *race(void *arg) {
    struct racer *racer = arg;
    err e = db_write(racer->db, put, &(struct thing){"one", 1, false});
    if (!failed(e))
        atomic_fetch_add(racer->won, 1);
    return NULL;
}

static void of_64_threads_that_insert_one_key_one_wins(void **state) {
    (void)state;
    struct db *db = open_with(2);
    pthread_t threads[THREADS];
    atomic_int won = 0;
    struct racer racer = {db, &won};
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, race, &racer);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(won, 1);
    assert_int_equal(things(db), 1);
    db_close(db);
}

static void *write_many(void *arg) {
    struct racer *racer = arg;
    char id[64];
    for (int i = 0; i < 50; i++) {
        snprintf(id, sizeof id, "%p-%d", (void *)&id, i);
        bool fail = i % 5 == 4;
        err e = db_write(racer->db, put, &(struct thing){id, 1, fail});
        if (!failed(e))
            atomic_fetch_add(racer->won, 1);
        int64_t n;
        if (failed(db_read(racer->db, count, &n)))
            atomic_store(racer->won, -1000000);
    }
    return NULL;
}

static void failures_in_a_batch_do_not_touch_its_neighbours(void **state) {
    (void)state;
    struct db *db = open_with(2);
    pthread_t threads[16];
    atomic_int won = 0;
    struct racer racer = {db, &won};
    for (int i = 0; i < 16; i++)
        pthread_create(&threads[i], NULL, write_many, &racer);
    for (int i = 0; i < 16; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(won, 16 * 40);
    assert_int_equal(things(db), 16 * 40);
    db_close(db);
}

/* The child tells each id after its write was acknowledged; the parent kills it in the middle. */
static void child_writes(int to) {
    struct db *db = NULL;
    if (failed(db_open(&(struct db_options){path, "test", migrations, 2}, &db)))
        _exit(1);
    for (int i = 0;; i++) {
        char id[16];
        snprintf(id, sizeof id, "row-%08d", i);
        if (failed(db_write(db, put, &(struct thing){id, 1, false})) ||
            write(to, id, sizeof id) != sizeof id)
            _exit(2);
    }
}

static void what_was_acknowledged_survives_kill_9(void **state) {
    (void)state;
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0)
        child_writes(pipe_ends[1]);
    close(pipe_ends[1]);
    char id[16];
    int64_t acknowledged = 0;
    while (read(pipe_ends[0], id, sizeof id) == sizeof id) {
        acknowledged++;
        if (acknowledged == 100)
            kill(child, SIGKILL);
    }
    waitpid(child, NULL, 0);
    close(pipe_ends[0]);
    struct db *db = open_with(2);
    assert_true(acknowledged >= 100);
    assert_true(things(db) >= acknowledged);
    db_close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_acknowledged_survives_kill_9, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_transaction_undoes_itself_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_second_row_with_the_key_is_a_conflict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_file_is_private, set_up, tear_down),
        cmocka_unit_test_setup_teardown(migrations_are_applied_once_and_a_newer_schema_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_and_blobs_come_back_as_they_went, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_checks_are_one_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_64_threads_that_insert_one_key_one_wins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(failures_in_a_batch_do_not_touch_its_neighbours, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
