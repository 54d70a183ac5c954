/* ctest: threads
 *
 * What the writer promises while the disk fails: whoever got OK finds the row, whoever got an error
 * does not. The disk is SQLite's own, with its n-th write or sync refused. */
#include "common/db/db.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/testing.h"
#include "common/ops/log.h"

enum { JOBS = 8, BIG = 200 * 1000, HOLD_US = 5 * 1000, MANY_CALLS = 200 };

static const struct db_migration migrations[] = {
    {1, "CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB);"},
};

/* --- a disk that fails ---------------------------------------------------------------------- */
/* Refuses the call after `left` more; negative: none. `for_good`: and every one after it. */
static atomic_int left = -1;
static atomic_bool for_good;
static sqlite3_vfs failing_disk;
/* The database's and the log's; they differ in how they lock and close, not in how they write. */
static sqlite3_io_methods real_methods, failing_methods[2];

static bool refuses(void) {
    int now = atomic_load(&left);
    if (now < 0)
        return false;
    if (now > 0) {
        atomic_fetch_sub(&left, 1);
        return false;
    }
    if (!atomic_load(&for_good))
        atomic_store(&left, -1);
    return true;
}

static int failing_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at) {
    return refuses() ? SQLITE_FULL : real_methods.xWrite(file, bytes, n, at);
}

static int failing_sync(sqlite3_file *file, int flags) {
    return refuses() ? SQLITE_IOERR_FSYNC : real_methods.xSync(file, flags);
}

static int failing_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                        int *out_flags) {
    const sqlite3_vfs *real = vfs->pAppData;
    int code = real->xOpen((sqlite3_vfs *)vfs->pAppData, name, file, flags, out_flags);
    if (code != SQLITE_OK || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
        return code;
    sqlite3_io_methods *methods = &failing_methods[flags & SQLITE_OPEN_WAL ? 1 : 0];
    if (!methods->xWrite) {
        real_methods = *methods = *file->pMethods;
        methods->xWrite = failing_write;
        methods->xSync = failing_sync;
    }
    file->pMethods = methods;
    return code;
}

static void make_the_disk_fail(void) {
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    failing_disk = *real;
    failing_disk.zName = "failing";
    failing_disk.pAppData = real;
    failing_disk.xOpen = failing_open;
    assert_int_equal(sqlite3_vfs_register(&failing_disk, 1), SQLITE_OK);
}

/* --- a batch of known order ------------------------------------------------------------------ */
static char folder[64], path[96], big[BIG];

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
    atomic_store(&left, -1);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct db *open_fresh(void) {
    struct db *db = NULL;
    unlink(path);
    assert_ok(db_open(&(struct db_options){path, "test", migrations, 1}, &db));
    return db;
}

struct put {
    struct db *db;
    int64_t id;
    size_t bytes;
    atomic_int *waiting;
    err result;
};

static err put(struct tx *tx, void *arg) {
    const struct put *put = arg;
    return DB_RUN(tx, NULL, "INSERT INTO rows(id, bytes) VALUES (?1, ?2)", DB_I(put->id),
                  DB_B(str_of(big, put->bytes)));
}

/* Keeps the writer, from when it counts as one that waits until everybody else does too. */
static err hold(struct tx *tx, void *arg) {
    (void)tx;
    atomic_int *waiting = ((struct put *)arg)->waiting;
    for (atomic_fetch_add(waiting, 1); atomic_load(waiting) <= JOBS;)
        usleep(HOLD_US / 10);
    usleep(HOLD_US);
    return OK;
}

static void *hold_the_writer(void *arg) {
    struct put *first = arg;
    first->result = db_write(first->db, hold, first);
    return NULL;
}

static void *run_put(void *arg) {
    struct put *job = arg;
    atomic_fetch_add(job->waiting, 1);
    job->result = db_write(job->db, put, job);
    return NULL;
}

/* Rows 0…JOBS-1 in one batch; the one in the middle is big. */
static void put_together(struct db *db, size_t middle, struct put puts[JOBS]) {
    pthread_t holder, threads[JOBS];
    atomic_int waiting = 0;
    struct put first = {.db = db, .waiting = &waiting};
    pthread_create(&holder, NULL, hold_the_writer, &first);
    while (atomic_load(&waiting) == 0)
        usleep(HOLD_US / 10);
    for (int i = 0; i < JOBS; i++) {
        puts[i] = (struct put){db, i, i == JOBS / 2 ? middle : 1, &waiting, OK};
        pthread_create(&threads[i], NULL, run_put, &puts[i]);
        usleep(HOLD_US / 10); /* so that they queue in this order, as a rule */
    }
    for (int i = 0; i < JOBS; i++)
        pthread_join(threads[i], NULL);
    pthread_join(holder, NULL);
}

struct look {
    int64_t id;
    bool there;
};

static err look(struct tx *tx, void *arg) {
    struct look *look = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM rows WHERE id=?1", DB_I(look->id)));
    return db_next(rows, &look->there);
}

/* Gives how many were told OK. */
static int check_what_was_told(struct db *db, const struct put puts[JOBS]) {
    int good = 0;
    for (int i = 0; i < JOBS; i++) {
        struct look at = {puts[i].id, false};
        assert_ok(db_read(db, look, &at));
        assert_int_equal(at.there, !failed(puts[i].result));
        good += !failed(puts[i].result);
    }
    return good;
}

/* --- tests ----------------------------------------------------------------------------------- */
static err allow_few_pages(struct tx *tx, void *arg) {
    (void)arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "PRAGMA max_page_count=20"));
    return db_next(rows, &row);
}

static void a_full_database_fails_the_batch_and_keeps_none_of_its_rows(void **state) {
    (void)state;
    struct db *db = open_fresh();
    struct put puts[JOBS];
    assert_ok(db_write(db, allow_few_pages, NULL));
    put_together(db, BIG, puts);
    assert_err(puts[JOBS / 2].result, io);
    check_what_was_told(db, puts);
    struct put later = {db, JOBS, 1, NULL, OK};
    assert_ok(db_write(db, put, &later));
    db_close(db);
}

static void fail_each_call(bool every_later_one_too) {
    bool some_failed = true;
    for (int n = 0; some_failed; n++) {
        assert_true(n < MANY_CALLS);
        struct db *db = open_fresh();
        struct put puts[JOBS];
        atomic_store(&for_good, every_later_one_too);
        atomic_store(&left, n);
        put_together(db, BIG / 10, puts);
        atomic_store(&left, -1);
        some_failed = check_what_was_told(db, puts) < JOBS;
        struct put later = {db, JOBS, 1, NULL, OK};
        assert_ok(db_write(db, put, &later));
        db_close(db);
        assert_true(some_failed || n > 0);
    }
}

static void whichever_disk_call_fails_the_answers_are_true(void **state) {
    (void)state;
    fail_each_call(false);
    fail_each_call(true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_database_fails_the_batch_and_keeps_none_of_its_rows,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(whichever_disk_call_fails_the_answers_are_true, set_up,
                                        tear_down),
    };
    make_the_disk_fail();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
