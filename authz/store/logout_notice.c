/* The notices of logout.h: what waits to be told to clients. */
#include "authz/store/logout.h"

struct next {
    struct arena *arena;
    int64_t now_ms;
    struct logout_notice *out;
    bool found;
};

static err next_tx(struct tx *tx, void *arg) {
    struct next *next = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, client_id, user_id, sid, attempts FROM logout_notices"
                 " WHERE next_ms <= ?1 AND expires_ms > ?1 ORDER BY next_ms, id LIMIT 1",
                 DB_I(next->now_ms)));
    TRY(db_next(rows, &next->found));
    if (!next->found)
        return OK;
    next->out->id = db_get_int(rows, 0);
    next->out->attempts = db_get_int(rows, 4);
    TRY(db_get_str(rows, 1, next->arena, &next->out->client_id));
    TRY(db_get_str(rows, 2, next->arena, &next->out->user_id));
    return db_get_str(rows, 3, next->arena, &next->out->sid);
}

err logout_notice_next(struct store *store, struct arena *arena, int64_t now_ms,
                       struct logout_notice *out, bool *found) {
    struct next next = {arena, now_ms, out, false};
    TRY(db_read(store->db, next_tx, &next));
    *found = next.found;
    return OK;
}

struct tried {
    int64_t id, next_ms;
};

static err done_tx(struct tx *tx, void *arg) {
    const struct tried *tried = arg;
    return DB_RUN(tx, NULL, "DELETE FROM logout_notices WHERE id = ?1", DB_I(tried->id));
}

err logout_notice_done(struct store *store, int64_t id) {
    struct tried tried = {id, 0};
    return db_write(store->db, done_tx, &tried);
}

static err put_off_tx(struct tx *tx, void *arg) {
    const struct tried *tried = arg;
    return DB_RUN(tx, NULL,
                  "UPDATE logout_notices SET attempts = attempts + 1, next_ms = ?2 WHERE id = ?1",
                  DB_I(tried->id), DB_I(tried->next_ms));
}

err logout_notice_put_off(struct store *store, int64_t id, int64_t next_ms) {
    struct tried tried = {id, next_ms};
    return db_write(store->db, put_off_tx, &tried);
}

struct fresh {
    const str *sids;
    size_t n;
    bool found;
};

static err fresh_tx(struct tx *tx, void *arg) {
    struct fresh *fresh = arg;
    for (size_t i = 0; i < fresh->n && !fresh->found; i++) {
        AUTO(db_rows_ref) rows = NULL;
        TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM logout_notices WHERE sid = ?1 AND attempts = 0",
                     DB_T(fresh->sids[i])));
        TRY(db_next(rows, &fresh->found));
    }
    return OK;
}

err logout_notice_fresh(struct store *store, const str *sids, size_t n, bool *out) {
    struct fresh fresh = {sids, n, false};
    TRY(db_read(store->db, fresh_tx, &fresh));
    *out = fresh.found;
    return OK;
}
