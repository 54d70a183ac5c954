/* db.h over SQLite: opening with migrations, the writer, and a stack of idle readers. */
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/db/sqlite_writer.h"
#include "common/ops/log.h"

/* A reader that nobody uses just now. */
struct reader {
    struct tx tx;
    struct reader *next;
};

enum { CHECK_EVERY_US = 1000000 };

struct db {
    struct tx write_tx;
    struct writer *writer;
    char *path;
    pthread_mutex_t lock;
    struct reader *idle;
    pthread_mutex_t check_lock;
    err checked; /* what db_check found at checked_us; 0: nothing yet */
    int64_t checked_us;
};

/* Ours alone: SQLite gives its -wal and -shm files the mode of the database. */
static err make_private(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0, io, "the database file cannot be opened or made");
    bool private = fchmod(fd, 0600) == 0;
    close(fd);
    REQUIRE(private, io, "the database file cannot be made private (mode 0600)");
    return OK;
}

static err schema_number(struct tx *tx, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "PRAGMA user_version"));
    TRY(db_next(rows, &row));
    *out = db_get_int(rows, 0);
    return OK;
}

static err set_schema_number(struct tx *tx, struct arena *arena, int64_t number) {
    str sql;
    TRY(str_printf(arena, &sql, "PRAGMA user_version=%lld", (long long)number));
    return sqlite_script(tx, sql.p);
}

static err apply(struct tx *tx, struct arena *arena, const struct db_migration *migration) {
    TRY(sqlite_script(tx, "BEGIN IMMEDIATE"));
    err e = sqlite_script(tx, migration->sql);
    if (!failed(e))
        e = set_schema_number(tx, arena, migration->number);
    if (!failed(e))
        return sqlite_script(tx, "COMMIT");
    err undone = sqlite_script(tx, "ROLLBACK");
    return failed(undone) ? undone : e;
}

static err migrate(struct tx *tx, struct arena *arena, const struct db_options *options) {
    int64_t have;
    TRY(schema_number(tx, &have));
    REQUIRE(have <= (int64_t)options->n, schema_newer,
            "the database was written by a newer version of this program: run that version, or "
            "restore a backup");
    for (size_t i = (size_t)have; i < options->n; i++) {
        assert(options->migrations[i].number == (int)i + 1);
        TRY(apply(tx, arena, &options->migrations[i]));
        LOG(LOG_INFO, "migrated", LOG_STR("database", str_from(options->name)),
            LOG_INT("schema", options->migrations[i].number));
    }
    return OK;
}

static err open_all(struct db *db, const struct db_options *options) {
    db->path = strdup(options->path);
    REQUIRE(db->path, no_memory, "there is no memory for the database");
    TRY(make_private(options->path));
    TRY(sqlite_open(options->path, options->name, false, &db->write_tx));
    struct arena *arena = arena_new(4096);
    REQUIRE(arena, no_memory, "there is no memory for the database");
    err e = migrate(&db->write_tx, arena, options);
    arena_free(arena);
    TRY(e);
    return writer_start(&db->write_tx, &db->writer);
}

err db_open(const struct db_options *options, struct db **out) {
    struct db *db = calloc(1, sizeof *db);
    REQUIRE(db, no_memory, "there is no memory for the database");
    pthread_mutex_init(&db->lock, NULL);
    pthread_mutex_init(&db->check_lock, NULL);
    err e = open_all(db, options);
    if (failed(e)) {
        db_close(db);
        return e;
    }
    *out = db;
    return OK;
}

void db_close(struct db *db) {
    if (!db)
        return;
    writer_stop(db->writer);
    while (db->idle) {
        struct reader *reader = db->idle;
        db->idle = reader->next;
        sqlite_close_connection(&reader->tx);
        free(reader);
    }
    /* The last connection to close checkpoints the log into the file. */
    sqlite_close_connection(&db->write_tx);
    pthread_mutex_destroy(&db->lock);
    pthread_mutex_destroy(&db->check_lock);
    free(db->path);
    free(db);
}

err db_write(struct db *db, db_fn *fn, void *arg) {
    return writer_run(db->writer, fn, arg);
}

/* Writes the schema number again: the smallest transaction that touches the disk. */
static err touch(struct tx *tx, void *arg) {
    (void)arg;
    int64_t version;
    struct arena *arena = arena_new(4096);
    REQUIRE(arena, no_memory, "there is no memory to check the database");
    err e = schema_number(tx, &version);
    if (!failed(e))
        e = set_schema_number(tx, arena, version);
    arena_free(arena);
    return e;
}

/* One at a time, and those who waited for it take its result: so no number of callers makes more
 * than one write a second. */
err db_check(struct db *db) {
    pthread_mutex_lock(&db->check_lock);
    int64_t now_us = clock_monotonic_us();
    if (db->checked_us == 0 || now_us - db->checked_us >= CHECK_EVERY_US) {
        db->checked = db_write(db, touch, NULL);
        db->checked_us = clock_monotonic_us();
    }
    err e = db->checked;
    pthread_mutex_unlock(&db->check_lock);
    return e;
}

static struct reader *take_idle(struct db *db) {
    pthread_mutex_lock(&db->lock);
    struct reader *reader = db->idle;
    if (reader)
        db->idle = reader->next;
    pthread_mutex_unlock(&db->lock);
    return reader;
}

static err take_reader(struct db *db, struct reader **out) {
    *out = take_idle(db);
    if (*out)
        return OK;
    struct reader *reader = calloc(1, sizeof *reader);
    REQUIRE(reader, no_memory, "there is no memory for a reader of the database");
    err e = sqlite_open(db->path, db->write_tx.name, true, &reader->tx);
    if (failed(e)) {
        sqlite_close_connection(&reader->tx);
        free(reader);
        return e;
    }
    *out = reader;
    return OK;
}

static void give_reader(struct db *db, struct reader *reader) {
    pthread_mutex_lock(&db->lock);
    reader->next = db->idle;
    db->idle = reader;
    pthread_mutex_unlock(&db->lock);
}

static err read_in_transaction(struct tx *tx, db_fn *fn, void *arg) {
    TRY(DB_RUN(tx, NULL, "BEGIN"));
    err e = fn(tx, arg);
    err end = DB_RUN(tx, NULL, "COMMIT");
    return failed(e) ? e : end;
}

err db_read(struct db *db, db_fn *fn, void *arg) {
    struct reader *reader;
    TRY(take_reader(db, &reader));
    err e = read_in_transaction(&reader->tx, fn, arg);
    give_reader(db, reader);
    return e;
}
