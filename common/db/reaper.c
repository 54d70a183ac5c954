#include "common/db/reaper.h"

#include "common/ops/metrics.h"

struct reaping {
    const struct reaper_table *table;
    int64_t until_ms;
    int64_t n; /* found (0 or 1), then removed by the last batch */
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

static err remove_some(struct db *db, struct reaping *reaping) {
    reaping->n = reaping->table->batch;
    for (int i = 0; i < REAPER_BATCHES && reaping->n == reaping->table->batch; i++) {
        TRY(db_write(db, remove_batch, reaping));
        metrics_add(M_reaped, str_from(reaping->table->name), reaping->n);
    }
    return OK;
}

err reaper_run(struct db *db, const struct reaper_table *table, int64_t until_ms, bool *more) {
    struct reaping reaping = {table, until_ms, 0};
    TRY(db_read(db, look, &reaping));
    if (reaping.n > 0)
        TRY(remove_some(db, &reaping));
    bool behind = reaping.n == table->batch;
    metrics_set(M_reaper_behind, str_from(table->name), behind ? 1 : 0);
    *more |= behind;
    return OK;
}
