/* A grant outlives the code it was made from, so that a code cannot come back to life: its shortest
 * life is longer than the longest of a code (see life_s in token_authorization_code.c). */
#include "authz/store/reap.h"

/* At most 500 rows a table: everybody waits for the writer meanwhile. */
#define DELETE_EXPIRED(table, key)                                                                 \
    "DELETE FROM " table " WHERE " key " IN"                                                       \
    " (SELECT " key " FROM " table " WHERE expires_ms <= ?1 LIMIT 500)"
#define EXPIRED(table) "EXISTS (SELECT 1 FROM " table " WHERE expires_ms <= ?1)"

struct reap {
    int64_t now_ms;
    int64_t found, removed;
};

static err look_tx(struct tx *tx, void *arg) {
    struct reap *reap = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " EXPIRED("refresh_tokens") " OR " EXPIRED("grants") " OR " EXPIRED(
                     "sessions") " OR " EXPIRED("stored_requests") " OR " EXPIRED("used_jtis"),
                 DB_I(reap->now_ms)));
    TRY(db_next(rows, &row));
    reap->found = db_get_int(rows, 0);
    return OK;
}

#define REAP(table, key)                                                                           \
    do {                                                                                           \
        int64_t n_ = 0;                                                                            \
        TRY(DB_RUN(tx, &n_, DELETE_EXPIRED(table, key), DB_I(reap->now_ms)));                      \
        reap->removed += n_;                                                                       \
    } while (0)

static err reap_tx(struct tx *tx, void *arg) {
    struct reap *reap = arg;
    REAP("refresh_tokens", "hash");
    REAP("grants", "id");
    REAP("sessions", "id_hash");
    REAP("stored_requests", "id");
    REAP("used_jtis", "hash");
    return OK;
}

err store_reap(struct store *store, int64_t now_ms, int64_t *removed) {
    struct reap reap = {now_ms, 0, 0};
    TRY(db_read(store->db, look_tx, &reap));
    if (reap.found)
        TRY(db_write(store->db, reap_tx, &reap));
    if (removed)
        *removed = reap.removed;
    return OK;
}
