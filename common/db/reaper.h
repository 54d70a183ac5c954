/* Rows whose time is over, deleted a batch at a time. Each batch is a transaction of its own, so
 * that nobody waits long for the writer, and there is none for a table without such rows.
 *
 *     static const struct reaper_table tables[] = {
 *         REAPER_TABLE("challenges", "hash", "expires_ms", "", 500),
 *     };
 *     TRY(reaper_run(db, &tables[0], now_ms, &more));
 */
#ifndef COMMON_DB_REAPER_H
#define COMMON_DB_REAPER_H

#include "common/db/db.h"

struct reaper_table {
    const char *name, *look, *remove;
    int64_t batch; /* rows; fewer where others go with them (ON DELETE CASCADE) */
};
/* `condition`: "" or " AND …". All are literals. */
#define REAPER_TABLE(table, key, time, condition, batch)                                           \
    {                                                                                              \
        table, "SELECT EXISTS (SELECT 1 FROM " table " WHERE " time " <= ?1" condition ")",        \
            "DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM " table " WHERE " time    \
            " <= ?1" condition " LIMIT ?2)",                                                       \
            (batch)                                                                                \
    }

enum { REAPER_BATCHES = 40 }; /* that one call deletes, at most */

/* Those whose time is at most until_ms, until a batch is short. *more is set, never cleared: the
 * bound came first, call again. Counted by table: hitkey_reaped_rows_total; hitkey_reaper_behind is
 * 1 while there is more. */
err reaper_run(struct db *db, const struct reaper_table *table, int64_t until_ms,
               bool *more) MUST_CHECK;

#endif
