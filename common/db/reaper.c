#include "common/db/reaper.h"

struct reaping {
    const struct reaper_table *table;
    int64_t until_ms;
    int64_t n; /* found, then removed */
};

static err look(struct tx *tx, void *arg) {
    struct reaping *reaping = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(db_query(tx, reaping->table->look, &DB_I(reaping->until_ms), 1, &rows));
    TRY(db_next(rows, &row));
    reaping->n = db_get_int(rows, 0);
    return OK;
}

static err remove_batch(struct tx *tx, void *arg) {
    struct reaping *reaping = arg;
    const struct db_value args[] = {DB_I(reaping->until_ms), DB_I(reaping->table->batch)};
    return db_run(tx, reaping->table->remove, args, 2, &reaping->n);
}

err reaper_run(struct db *db, const struct reaper_table *table, int64_t until_ms, bool *more) {
    struct reaping reaping = {table, until_ms, 0};
    TRY(db_read(db, look, &reaping));
    if (reaping.n == 0)
        return OK;
    reaping.n = table->batch;
    for (int i = 0; i < REAPER_BATCHES && reaping.n == table->batch; i++)
        TRY(db_write(db, remove_batch, &reaping));
    *more |= reaping.n == table->batch;
    return OK;
}
