#include "authz/store/client_failure.h"

struct adding {
    const struct client_failure *list;
    size_t n;
    int64_t lifetime_ms;
};

static err insert(struct tx *tx, const struct client_failure *failure, int64_t lifetime_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO client_failures"
                  " (client_id, time_ms, endpoint, error, rule, remote, expires_ms)"
                  " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"
                  " WHERE EXISTS (SELECT 1 FROM clients WHERE client_id = ?1)",
                  DB_T(failure->client_id), DB_I(failure->time_ms), DB_T(failure->endpoint),
                  DB_T(failure->error), DB_T(failure->rule), DB_T(failure->remote),
                  DB_I(failure->time_ms + lifetime_ms));
}

static err trim(struct tx *tx, str client_id) {
    return DB_RUN(tx, NULL,
                  "DELETE FROM client_failures WHERE client_id = ?1 AND id NOT IN"
                  " (SELECT id FROM client_failures WHERE client_id = ?1"
                  "  ORDER BY time_ms DESC, id DESC LIMIT ?2)",
                  DB_T(client_id), DB_I(CLIENT_FAILURES_KEPT));
}

static bool comes_again(const struct adding *adding, size_t i) {
    for (size_t k = i + 1; k < adding->n; k++)
        if (str_eq(adding->list[i].client_id, adding->list[k].client_id))
            return true;
    return false;
}

static err add_tx(struct tx *tx, void *arg) {
    const struct adding *adding = arg;
    for (size_t i = 0; i < adding->n; i++) {
        TRY(insert(tx, &adding->list[i], adding->lifetime_ms));
        if (!comes_again(adding, i))
            TRY(trim(tx, adding->list[i].client_id));
    }
    return OK;
}

err client_failure_add(struct store *store, const struct client_failure *list, size_t n,
                       int64_t lifetime_ms) {
    struct adding adding = {list, n, lifetime_ms};
    return db_write(store->db, add_tx, &adding);
}

struct listing {
    struct arena *arena;
    str client_id;
    int64_t now_ms;
    struct client_failure *out;
    size_t n;
};

static err from_row(struct db_rows *rows, struct arena *arena, struct client_failure *out) {
    out->time_ms = db_get_int(rows, 0);
    TRY(db_get_str(rows, 1, arena, &out->endpoint));
    TRY(db_get_str(rows, 2, arena, &out->error));
    TRY(db_get_str(rows, 3, arena, &out->rule));
    return db_get_str(rows, 4, arena, &out->remote);
}

static err list_tx(struct tx *tx, void *arg) {
    struct listing *listing = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT time_ms, endpoint, error, rule, remote FROM client_failures"
                 " WHERE client_id = ?1 AND expires_ms > ?2"
                 " ORDER BY time_ms DESC, id DESC LIMIT ?3",
                 DB_T(listing->client_id), DB_I(listing->now_ms), DB_I(CLIENT_FAILURES_KEPT)));
    TRY(db_next(rows, &row));
    while (row) {
        struct client_failure *failure = &listing->out[listing->n++];
        failure->client_id = listing->client_id;
        TRY(from_row(rows, listing->arena, failure));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err client_failure_list(struct store *store, struct arena *arena, str client_id, int64_t now_ms,
                        struct client_failure **out, size_t *n) {
    struct listing listing = {.arena = arena, .client_id = client_id, .now_ms = now_ms};
    listing.out = arena_array(arena, CLIENT_FAILURES_KEPT, sizeof *listing.out);
    REQUIRE(listing.out, no_memory, "the request needs more memory than it may have");
    TRY(db_read(store->db, list_tx, &listing));
    *out = listing.out;
    *n = listing.n;
    return OK;
}
