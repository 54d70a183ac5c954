/* A SQLite connection with its prepared statements; the inside of db.h. */
#ifndef COMMON_DB_SQLITE_STATEMENT_H
#define COMMON_DB_SQLITE_STATEMENT_H

#include <sqlite3.h>

#include "common/db/db.h"

enum { STATEMENT_CACHE = 64 };

struct cached_statement {
    const char *sql; /* a literal: its address is the key */
    sqlite3_stmt *stmt;
    bool in_use;
};

/* What a transaction function gets: a connection, nothing else. */
struct tx {
    sqlite3 *sqlite;
    const char *name; /* of the database, for the log */
    struct cached_statement cache[STATEMENT_CACHE];
    size_t next_victim;
};

/* Opens `path` with the settings of every connection. E_io. */
err sqlite_open(const char *path, const char *name, bool read_only, struct tx *out) MUST_CHECK;
void sqlite_close_connection(struct tx *tx);
/* Statements without parameters or rows; several if need be. */
err sqlite_script(struct tx *tx, const char *sql) MUST_CHECK;
/* The err for a SQLite result code; logs it once, without any value. */
err sqlite_problem(const struct tx *tx, int code);

#endif
