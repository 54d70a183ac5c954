#include "authz/store/activity.h"

struct listing {
    struct arena *arena;
    str user_id, events;
    struct activity *out;
    size_t n;
};

static err from_row(struct db_rows *rows, struct arena *arena, struct activity *out) {
    TRY(db_get_str(rows, 0, arena, &out->event));
    TRY(db_get_str(rows, 1, arena, &out->client_id));
    TRY(db_get_str(rows, 2, arena, &out->remote));
    out->time_ms = db_get_int(rows, 3);
    return OK;
}

static err list_tx(struct tx *tx, void *arg) {
    struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    in->n = 0;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT event, client_id, remote, time_ms FROM audit WHERE user_id = ?1"
                 " AND instr(' ' || ?2 || ' ', ' ' || event || ' ') > 0"
                 " ORDER BY time_ms DESC, id DESC LIMIT ?3",
                 DB_T(in->user_id), DB_T(in->events), DB_I(ACTIVITY_SHOWN)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(from_row(rows, in->arena, &in->out[in->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err activity_list(struct store *store, struct arena *arena, str user_id, str events,
                  struct activity **out, size_t *n) {
    struct listing in = {.arena = arena, .user_id = user_id, .events = events};
    in.out = arena_array(arena, ACTIVITY_SHOWN, sizeof *in.out);
    REQUIRE(in.out, no_memory, "no memory for what happened");
    TRY(db_read(store->db, list_tx, &in));
    *out = in.out;
    *n = in.n;
    return OK;
}
