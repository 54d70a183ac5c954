#include "authz/store/stored_request.h"

struct stored {
    str id, sealed;
    int64_t expires_ms;
    struct arena *arena;
};

static err put_tx(struct tx *tx, void *arg) {
    const struct stored *stored = arg;
    return DB_RUN(tx, NULL,
                  "INSERT INTO stored_requests (id, sealed, expires_ms) VALUES (?1, ?2, ?3)",
                  DB_T(stored->id), DB_T(stored->sealed), DB_I(stored->expires_ms));
}

err stored_request_put(struct store *store, str id, str sealed, int64_t expires_ms) {
    struct stored stored = {id, sealed, expires_ms, NULL};
    return db_write(store->db, put_tx, &stored);
}

static err get_tx(struct tx *tx, void *arg) {
    struct stored *stored = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT sealed FROM stored_requests WHERE id = ?1", DB_T(stored->id)));
    TRY(db_next(rows, &row));
    REQUIRE(row, not_found, "no such stored request");
    return db_get_str(rows, 0, stored->arena, &stored->sealed);
}

err stored_request_get(struct store *store, struct arena *arena, str id, str *sealed) {
    struct stored stored = {.id = id, .arena = arena};
    TRY(db_read(store->db, get_tx, &stored));
    *sealed = stored.sealed;
    return OK;
}
