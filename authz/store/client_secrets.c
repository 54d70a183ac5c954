/* The live secrets of a client as its owner sees them. */
#include "authz/store/client.h"

struct times {
    str client_id;
    int64_t out[2];
    size_t n;
};

static err times_tx(struct tx *tx, void *arg) {
    struct times *times = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT created_ms FROM client_secrets WHERE client_id = ?1"
                 " ORDER BY created_ms DESC, hash LIMIT 2",
                 DB_T(times->client_id)));
    TRY(db_next(rows, &row));
    while (row) {
        times->out[times->n++] = db_get_int(rows, 0);
        TRY(db_next(rows, &row));
    }
    return OK;
}

err client_secrets_times(struct store *store, str client_id, int64_t created_ms[2], size_t *n) {
    struct times times = {.client_id = client_id};
    TRY(db_read(store->db, times_tx, &times));
    memcpy(created_ms, times.out, sizeof times.out);
    *n = times.n;
    return OK;
}

/* Of two of one moment the one that the list above has first stays. */
static err drop_tx(struct tx *tx, void *arg) {
    const str *client_id = arg;
    return DB_RUN(tx, NULL,
                  "DELETE FROM client_secrets WHERE client_id = ?1 AND hash NOT IN"
                  " (SELECT hash FROM client_secrets WHERE client_id = ?1"
                  "  ORDER BY created_ms DESC, hash LIMIT 1)",
                  DB_T(*client_id));
}

err client_secrets_drop_old(struct store *store, str client_id) {
    return db_write(store->db, drop_tx, &client_id);
}
