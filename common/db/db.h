/* One SQLite database: a writer thread that groups commits, and readers.
 *
 * A transaction is a function. db_write queues it to the writer, which runs every waiting one in a
 * single durable commit (WAL, synchronous=FULL), a savepoint each, and returns only when the disk
 * has it. OK commits; an err undoes this transaction alone and comes back to the caller. So a
 * decision that must leave a trace (a reused code revokes its grant) is a result passed through
 * `arg`, with OK. Keep them short: everybody waits for them; never a network call, never a hash.
 *
 * db_read runs on a connection of the calling thread's own, inside one read transaction. */
#ifndef COMMON_DB_DB_H
#define COMMON_DB_DB_H

#include "common/base/scope.h"
#include "common/base/str.h"

struct db;
struct tx;

typedef err db_fn(struct tx *tx, void *arg);

struct db_migration {
    int number;      /* 1, 2, 3… without gaps */
    const char *sql; /* several statements */
};

struct db_options {
    const char *path;
    const char *name; /* "authz", the label in metrics */
    const struct db_migration *migrations;
    size_t n;
};

/* Opens or makes the file (mode 0600), applies the missing migrations each in a transaction of its
 * own, and starts the writer. E_schema_newer: the file was written by a newer program. E_io. */
err db_open(const struct db_options *options, struct db **out) MUST_CHECK;
/* Waits for queued transactions, checkpoints, closes. NULL is allowed. */
void db_close(struct db *db);

/* Blocks; never call it on an event loop. E_busy when the queue is full or closing. */
err db_write(struct db *db, db_fn *fn, void *arg) MUST_CHECK;
err db_read(struct db *db, db_fn *fn, void *arg) MUST_CHECK;
/* Whether a write could be made durable a moment ago (for /health): runs one empty transaction,
 * at most once a second; within it the last result is the answer. */
err db_check(struct db *db) MUST_CHECK;

/* --- statements, inside a transaction function ---------------------------------------------- */
/* `sql` is a literal: it is the key of the connection's cache of prepared statements. Parameters
 * are ?1, ?2… bound from `args`. */
enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };
struct db_value {
    enum db_type type;
    int64_t number;
    str bytes;
};
#define DB_I(n) ((struct db_value){DB_INT, (int64_t)(n), {0, 0}})
/* Ends the list of the macros below, so that it may be empty. */
#define DB_END        ((struct db_value){DB_NULL, 0, {0, 0}})
#define DB_COUNT(...) (sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value) - 1)
/* Absent is NULL. */
#define DB_T(s) (db_text_value(s))
#define DB_B(s) (db_blob_value(s))
static inline struct db_value db_text_value(str s) {
    return (struct db_value){s.p ? DB_TEXT : DB_NULL, 0, s};
}
static inline struct db_value db_blob_value(str s) {
    return (struct db_value){s.p ? DB_BLOB : DB_NULL, 0, s};
}

/* Runs a statement that gives no rows. *changed (may be NULL): rows it changed. A violated
 * UNIQUE or PRIMARY KEY is E_conflict, so that the insert that loses can tell. */
#define DB_RUN(tx, changed, ...) DB_RUN_(tx, changed, __VA_ARGS__, DB_END)
#define DB_RUN_(tx, changed, sql, ...)                                                             \
    db_run((tx), "" sql, (const struct db_value[]){__VA_ARGS__}, DB_COUNT(__VA_ARGS__), (changed))
err db_run(struct tx *tx, const char *sql, const struct db_value *args, size_t n,
           int64_t *changed) MUST_CHECK;

/* Rows. Open with DB_QUERY, step until *row is false; leaving the function early is fine with
 * AUTO(db_rows). Text and blobs are copied into the arena given to the getter. */
struct db_rows;
typedef struct db_rows *db_rows_ref;
void db_rows_ref_drop(db_rows_ref *rows);
#define DB_QUERY(tx, out, ...) DB_QUERY_(tx, out, __VA_ARGS__, DB_END)
#define DB_QUERY_(tx, out, sql, ...)                                                               \
    db_query((tx), "" sql, (const struct db_value[]){__VA_ARGS__}, DB_COUNT(__VA_ARGS__), (out))
err db_query(struct tx *tx, const char *sql, const struct db_value *args, size_t n,
             struct db_rows **out) MUST_CHECK;
err db_next(struct db_rows *rows, bool *row) MUST_CHECK;
int64_t db_get_int(struct db_rows *rows, int column); /* columns count from 0 */
bool db_is_null(struct db_rows *rows, int column);
/* NULL gives absent. */
err db_get_str(struct db_rows *rows, int column, struct arena *arena, str *out) MUST_CHECK;

#endif
