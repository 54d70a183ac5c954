/* The writer: one thread that runs every waiting transaction in one durable commit. */
#ifndef COMMON_DB_SQLITE_WRITER_H
#define COMMON_DB_SQLITE_WRITER_H

#include "common/db/sqlite_statement.h"

struct writer;

/* Takes the connection over. */
err writer_start(struct tx *tx, struct writer **out) MUST_CHECK;
/* Blocks until fn's transaction is durable or undone. E_busy: the queue is full or closing. */
err writer_run(struct writer *writer, db_fn *fn, void *arg) MUST_CHECK;
/* Runs what waits, then ends the thread. NULL is allowed. The connection stays open. */
void writer_stop(struct writer *writer);

#endif
