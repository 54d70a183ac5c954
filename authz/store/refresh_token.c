#include "authz/store/refresh_token.h"

struct get {
    struct arena *arena;
    str hash;
    struct refresh_token *out;
};

static err get_tx(struct tx *tx, void *arg) {
    struct get *get = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " GRANT_COLUMNS ", t.expires_ms, t.rotated_ms IS NOT NULL"
                 " FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id"
                 " JOIN clients c ON c.client_id = g.client_id WHERE t.hash = ?1",
                 DB_B(get->hash)));
    TRY(db_next(rows, &row));
    REQUIRE(row, not_found, "no such refresh token");
    TRY(grant_from_row(rows, get->arena, &get->out->grant));
    get->out->expires_ms = db_get_int(rows, GRANT_COLUMN_COUNT);
    get->out->rotated = db_get_int(rows, GRANT_COLUMN_COUNT + 1) != 0;
    return OK;
}

err refresh_token_get(struct store *store, struct arena *arena, str hash,
                      struct refresh_token *out) {
    struct get get = {arena, hash, out};
    return db_read(store->db, get_tx, &get);
}

struct slide {
    str hash;
    int64_t expires_ms;
};

static err slide_tx(struct tx *tx, void *arg) {
    const struct slide *slide = arg;
    return DB_RUN(tx, NULL,
                  "UPDATE refresh_tokens SET expires_ms = ?2 WHERE hash = ?1 AND expires_ms < ?2",
                  DB_B(slide->hash), DB_I(slide->expires_ms));
}

err refresh_token_slide(struct store *store, str hash, int64_t expires_ms) {
    struct slide slide = {hash, expires_ms};
    return db_write(store->db, slide_tx, &slide);
}

struct rotate {
    const struct rotation *in;
    bool reused;
};

/* Whether the token was rotated within the grace: its successor, used or not, is the answer again,
 * under a grace of its own. */
static err is_retry(struct tx *tx, const struct rotation *in, bool *out) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM refresh_tokens old, refresh_tokens next"
                 " WHERE old.hash = ?1 AND old.rotated_ms >= ?3 AND next.hash = ?2",
                 DB_B(in->hash), DB_B(in->successor_hash), DB_I(in->now_ms - in->grace_ms)));
    return db_next(rows, out);
}

static err rotate_tx(struct tx *tx, void *arg) {
    struct rotate *rotate = arg;
    const struct rotation *in = rotate->in;
    int64_t first;
    TRY(DB_RUN(tx, &first,
               "UPDATE refresh_tokens SET rotated_ms = ?2 WHERE hash = ?1 AND rotated_ms IS NULL",
               DB_B(in->hash), DB_I(in->now_ms)));
    if (first == 1)
        return DB_RUN(tx, NULL,
                      "INSERT INTO refresh_tokens (hash, grant_id, created_ms, expires_ms)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      DB_B(in->successor_hash), DB_T(in->grant_id), DB_I(in->now_ms),
                      DB_I(in->successor_expires_ms));
    bool retry;
    TRY(is_retry(tx, in, &retry));
    rotate->reused = !retry;
    if (retry)
        return OK;
    TRY(grant_revoke_in(tx, in->grant_id, in->now_ms));
    return audit_in(tx, in->audit);
}

err refresh_token_rotate(struct store *store, const struct rotation *rotation, bool *reused) {
    struct rotate rotate = {rotation, false};
    TRY(db_write(store->db, rotate_tx, &rotate));
    *reused = rotate.reused;
    if (rotate.reused && rotation->audit)
        audit_log(rotation->audit);
    return OK;
}
