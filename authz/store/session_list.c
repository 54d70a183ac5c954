#include "authz/store/session_list.h"

struct listing {
    struct arena *arena;
    str user_id;
    int64_t now_ms;
    const struct session_limits *limits;
    struct session_places *out;
};

static err place_from_row(struct db_rows *rows, struct arena *arena, struct session_place *out) {
    TRY(db_get_str(rows, 0, arena, &out->sid));
    TRY(db_get_str(rows, 1, arena, &out->user_agent));
    TRY(db_get_str(rows, 2, arena, &out->address));
    out->signed_in_ms = db_get_int(rows, 3);
    out->used_ms = db_get_int(rows, 4);
    return OK;
}

static err list_tx(struct tx *tx, void *arg) {
    const struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    in->out->list = arena_array(in->arena, SESSION_LIST_MAX, sizeof *in->out->list);
    REQUIRE(in->out->list, no_memory, "no memory for a list of sessions");
    TRY(DB_QUERY(tx, &rows,
                 "SELECT a.sid, s.user_agent, s.address, a.signed_in_ms, a.used_ms"
                 "  FROM session_accounts a JOIN sessions s ON s.id_hash = a.session_hash"
                 " WHERE a.user_id = ?1 AND s.expires_ms > ?2 AND a.used_ms > ?3"
                 "   AND a.signed_in_ms > ?4"
                 " ORDER BY a.used_ms DESC, a.sid LIMIT ?5",
                 DB_T(in->user_id), DB_I(in->now_ms), DB_I(in->now_ms - in->limits->idle_ms),
                 DB_I(in->now_ms - in->limits->lifetime_ms), DB_I(SESSION_LIST_MAX)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(place_from_row(rows, in->arena, &in->out->list[in->out->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err session_list(struct store *store, struct arena *arena, str user_id, int64_t now_ms,
                 const struct session_limits *limits, struct session_places *out) {
    struct listing in = {arena, user_id, now_ms, limits, out};
    *out = (struct session_places){0};
    return db_read(store->db, list_tx, &in);
}
