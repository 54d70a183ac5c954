/* Connections, prepared statements, binding and rows. */
#include "common/db/sqlite_statement.h"

#include <assert.h>
#include <stdlib.h>

#include "common/ops/log.h"

enum { BUSY_TIMEOUT_MS = 10000 };

/* WAL and FULL: a commit is on the disk when it returns. The page cache stays small (KiB). */
static const char settings[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                               "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                               "PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY;"
                               "PRAGMA wal_autocheckpoint=2000; PRAGMA cell_size_check=ON;";

struct db_rows {
    struct tx *tx;
    struct cached_statement *slot; /* NULL: the statement is not cached */
    sqlite3_stmt *stmt;
};

err sqlite_problem(const struct tx *tx, int code) {
    int primary = code & 0xff;
    if (primary == SQLITE_CONSTRAINT &&
        (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         code == SQLITE_CONSTRAINT_ROWID))
        return FAIL(conflict, "a row with this key exists");
    LOG(LOG_ERROR, "database", LOG_STR("database", str_from(tx->name)), LOG_INT("code", code),
        LOG_STR("problem", str_from(sqlite3_errstr(code))));
    if (primary == SQLITE_NOMEM)
        return FAIL(no_memory, "the database has no memory left");
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
        return FAIL(busy, "the database is busy");
    return FAIL(io, "the database could not be read or written");
}

err sqlite_script(struct tx *tx, const char *sql) {
    int code = sqlite3_exec(tx->sqlite, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : sqlite_problem(tx, sqlite3_extended_errcode(tx->sqlite));
}

err sqlite_open(const char *path, const char *name, bool read_only, struct tx *out) {
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    out->name = name;
    int code = sqlite3_open_v2(path, &out->sqlite, flags, NULL);
    if (code != SQLITE_OK)
        return sqlite_problem(out, code);
    sqlite3_busy_timeout(out->sqlite, BUSY_TIMEOUT_MS);
    return sqlite_script(out, settings);
}

void sqlite_close_connection(struct tx *tx) {
    for (size_t i = 0; i < STATEMENT_CACHE; i++)
        sqlite3_finalize(tx->cache[i].stmt);
    sqlite3_close(tx->sqlite);
    tx->sqlite = NULL;
}

static struct cached_statement *cached(struct tx *tx, const char *sql) {
    for (size_t i = 0; i < STATEMENT_CACHE; i++)
        if (tx->cache[i].sql == sql)
            return &tx->cache[i];
    return NULL;
}

/* A slot to put a new statement in; NULL if every one is in use. */
static struct cached_statement *free_slot(struct tx *tx) {
    for (size_t i = 0; i < STATEMENT_CACHE; i++) {
        struct cached_statement *slot = &tx->cache[tx->next_victim++ % STATEMENT_CACHE];
        if (slot->in_use)
            continue;
        sqlite3_finalize(slot->stmt);
        *slot = (struct cached_statement){0};
        return slot;
    }
    return NULL;
}

static err prepare(struct tx *tx, const char *sql, struct db_rows *rows) {
    rows->tx = tx;
    rows->slot = cached(tx, sql);
    if (rows->slot && !rows->slot->in_use) {
        rows->slot->in_use = true;
        rows->stmt = rows->slot->stmt;
        return OK;
    }
    int code =
        sqlite3_prepare_v3(tx->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &rows->stmt, NULL);
    if (code != SQLITE_OK)
        return sqlite_problem(tx, code);
    /* The same statement inside itself: this one lives for the call only. */
    rows->slot = rows->slot ? NULL : free_slot(tx);
    if (rows->slot)
        *rows->slot = (struct cached_statement){sql, rows->stmt, true};
    return OK;
}

static void release(struct db_rows *rows) {
    if (!rows->stmt)
        return;
    sqlite3_reset(rows->stmt);
    sqlite3_clear_bindings(rows->stmt);
    if (rows->slot)
        rows->slot->in_use = false;
    else
        sqlite3_finalize(rows->stmt);
    rows->stmt = NULL;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct db_value *value) {
    switch (value->type) {
    case DB_NULL:
        return sqlite3_bind_null(stmt, at);
    case DB_INT:
        return sqlite3_bind_int64(stmt, at, value->number);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, at, value->bytes.p, value->bytes.n, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(stmt, at, value->bytes.p, value->bytes.n, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static err bind_all(struct tx *tx, sqlite3_stmt *stmt, const struct db_value *args, size_t n) {
    assert((size_t)sqlite3_bind_parameter_count(stmt) == n);
    for (size_t i = 0; i < n; i++) {
        int code = bind_one(stmt, (int)i + 1, &args[i]);
        if (code != SQLITE_OK)
            return sqlite_problem(tx, code);
    }
    return OK;
}

static err run_once(struct tx *tx, struct db_rows *rows, const struct db_value *args, size_t n,
                    int64_t *changed) {
    TRY(bind_all(tx, rows->stmt, args, n));
    int code = sqlite3_step(rows->stmt);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return sqlite_problem(tx, code);
    if (changed)
        *changed = sqlite3_changes64(tx->sqlite);
    return OK;
}

err db_run(struct tx *tx, const char *sql, const struct db_value *args, size_t n,
           int64_t *changed) {
    struct db_rows rows = {0};
    TRY(prepare(tx, sql, &rows));
    err e = run_once(tx, &rows, args, n, changed);
    release(&rows);
    return e;
}

void db_rows_ref_drop(db_rows_ref *rows) {
    if (!*rows)
        return;
    release(*rows);
    free(*rows);
    *rows = NULL;
}

err db_query(struct tx *tx, const char *sql, const struct db_value *args, size_t n,
             struct db_rows **out) {
    AUTO(db_rows_ref) rows = calloc(1, sizeof *rows);
    REQUIRE(rows, no_memory, "the database has no memory left");
    TRY(prepare(tx, sql, rows));
    TRY(bind_all(tx, rows->stmt, args, n));
    *out = rows;
    rows = NULL;
    return OK;
}

err db_next(struct db_rows *rows, bool *row) {
    int code = sqlite3_step(rows->stmt);
    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : sqlite_problem(rows->tx, code);
}

int64_t db_get_int(struct db_rows *rows, int column) {
    return sqlite3_column_int64(rows->stmt, column);
}

bool db_is_null(struct db_rows *rows, int column) {
    return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

err db_get_str(struct db_rows *rows, int column, struct arena *arena, str *out) {
    *out = STR_ABSENT;
    if (db_is_null(rows, column))
        return OK;
    const char *bytes = sqlite3_column_blob(rows->stmt, column);
    size_t n = (size_t)sqlite3_column_bytes(rows->stmt, column);
    return str_dup(arena, str_of(n ? bytes : "", n), out);
}
