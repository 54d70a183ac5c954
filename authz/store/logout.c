#include "authz/store/logout.h"

enum { NOTICE_LIFE_MS = 24 * 60 * 60 * 1000, BATCH = 100, CLIENTS = 64, FRONTS = 64 };

/* --- one sign-in ---------------------------------------------------------------------------- */

struct ending {
    struct arena *arena;
    int64_t now_ms;
    struct front_channel *front; /* room for FRONTS, or NULL: nobody's browser is here */
    size_t fronts;
};

/* The clients that a sign-in went into, and whose it is. */
struct ended {
    str sid, user_id;
    str clients[CLIENTS];
    size_t n;
};

static err read_clients(struct tx *tx, struct ending *ending, struct ended *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT c.client_id FROM session_clients c WHERE c.sid = ?1"
                 " ORDER BY c.first_ms LIMIT ?2",
                 DB_T(out->sid), DB_I(CLIENTS)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(db_get_str(rows, 0, ending->arena, &out->clients[out->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

static err put_notice(struct tx *tx, const struct ending *ending, const struct ended *ended,
                      str client_id) {
    return DB_RUN(
        tx, NULL,
        "INSERT INTO logout_notices (client_id, user_id, sid, attempts, next_ms, expires_ms)"
        " VALUES (?1, ?2, ?3, 0, 0, ?4)",
        DB_T(client_id), DB_T(ended->user_id), DB_T(ended->sid),
        DB_I(ending->now_ms + NOTICE_LIFE_MS));
}

static err tell(struct tx *tx, struct ending *ending, const struct ended *ended, str client_id) {
    struct client client = {0};
    err e = client_get_in(tx, ending->arena, client_id, &client);
    if (err_is(e, E_not_found))
        return OK;
    TRY(e);
    if (str_present(client.backchannel_logout_uri))
        TRY(put_notice(tx, ending, ended, client_id));
    if (ending->front && str_present(client.frontchannel_logout_uri) && ending->fronts < FRONTS)
        ending->front[ending->fronts++] =
            (struct front_channel){.sid = ended->sid,
                                   .uri = client.frontchannel_logout_uri,
                                   .session_required = client.frontchannel_logout_session_required};
    return OK;
}

/* Back-Channel Logout 2.7: tokens for offline access live on. */
static err revoke_grants(struct tx *tx, const struct ending *ending, const struct ended *ended) {
    return DB_RUN(tx, NULL,
                  "UPDATE grants SET revoked_ms = ?3 WHERE user_id = ?1 AND sid = ?2"
                  " AND revoked_ms IS NULL AND ' ' || scope || ' ' NOT LIKE '% offline_access %'"
                  " AND client_id IN (SELECT client_id FROM session_clients WHERE sid = ?2)",
                  DB_T(ended->user_id), DB_T(ended->sid), DB_I(ending->now_ms));
}

static err end_sign_in(struct tx *tx, struct ending *ending, str sid, str user_id) {
    struct ended *ended = ARENA_NEW(ending->arena, struct ended);
    REQUIRE(ended, no_memory, "no memory to end a sign-in");
    ended->sid = sid;
    ended->user_id = user_id;
    TRY(read_clients(tx, ending, ended));
    for (size_t i = 0; i < ended->n; i++)
        TRY(tell(tx, ending, ended, ended->clients[i]));
    TRY(revoke_grants(tx, ending, ended));
    return DB_RUN(tx, NULL, "DELETE FROM session_accounts WHERE sid = ?1", DB_T(sid));
}

static err owner_of(struct tx *tx, struct arena *arena, str sid, str *user_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *user_id = STR_ABSENT;
    TRY(DB_QUERY(tx, &rows, "SELECT user_id FROM session_accounts WHERE sid = ?1", DB_T(sid)));
    TRY(db_next(rows, &row));
    return row ? db_get_str(rows, 0, arena, user_id) : OK;
}

/* --- a browser's own ------------------------------------------------------------------------ */

struct sign_out {
    const struct logout *in;
    struct ending ending;
};

static err sign_out_tx(struct tx *tx, void *arg) {
    struct sign_out *sign_out = arg;
    sign_out->ending.fronts = 0;
    for (size_t i = 0; i < sign_out->in->n; i++) {
        str sid = sign_out->in->sids[i], user_id;
        TRY(owner_of(tx, sign_out->ending.arena, sid, &user_id));
        if (!str_present(user_id))
            continue;
        TRY(end_sign_in(tx, &sign_out->ending, sid, user_id));
        if (sign_out->in->audit)
            TRY(audit_in(tx, &sign_out->in->audit[i]));
    }
    return OK;
}

err logout_sign_out(struct store *store, struct arena *arena, const struct logout *logout,
                    struct front_channel **front, size_t *n) {
    struct sign_out sign_out = {.in = logout, .ending = {.arena = arena, .now_ms = logout->now_ms}};
    sign_out.ending.front = arena_array(arena, FRONTS, sizeof **front);
    REQUIRE(sign_out.ending.front, no_memory, "no memory to end a session");
    TRY(db_write(store->db, sign_out_tx, &sign_out));
    *front = sign_out.ending.front;
    *n = sign_out.ending.fronts;
    return OK;
}

/* --- many at once --------------------------------------------------------------------------- */

struct many {
    struct ending ending;
    str user_id;                         /* of one person, or */
    const struct session_limits *limits; /* whose time is over */
    str sids[BATCH], users[BATCH];
    size_t n;
};

static err query_many(struct tx *tx, const struct many *many, struct db_rows **rows) {
    int64_t now_ms = many->ending.now_ms;
    if (str_present(many->user_id))
        return DB_QUERY(tx, rows,
                        "SELECT sid, user_id FROM session_accounts WHERE user_id = ?1 LIMIT ?2",
                        DB_T(many->user_id), DB_I(BATCH));
    return DB_QUERY(tx, rows,
                    "SELECT sid, user_id FROM session_accounts WHERE used_ms <= ?1"
                    " UNION SELECT a.sid, a.user_id FROM sessions s"
                    "   JOIN session_accounts a ON a.session_hash = s.id_hash"
                    "  WHERE s.expires_ms <= ?2 LIMIT ?3",
                    DB_I(now_ms - many->limits->idle_ms), DB_I(now_ms), DB_I(BATCH));
}

static err look_tx(struct tx *tx, void *arg) {
    struct many *many = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    many->n = 0;
    TRY(query_many(tx, many, &rows));
    TRY(db_next(rows, &row));
    while (row && many->n < BATCH) {
        TRY(db_get_str(rows, 0, many->ending.arena, &many->sids[many->n]));
        TRY(db_get_str(rows, 1, many->ending.arena, &many->users[many->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

static err end_many_tx(struct tx *tx, void *arg) {
    struct many *many = arg;
    TRY(look_tx(tx, many));
    for (size_t i = 0; i < many->n; i++)
        TRY(end_sign_in(tx, &many->ending, many->sids[i], many->users[i]));
    return OK;
}

/* Looks before it writes: nearly always there is nothing. */
static err end_many(struct store *store, struct many *many) {
    TRY(db_read(store->db, look_tx, many));
    return many->n ? db_write(store->db, end_many_tx, many) : OK;
}

static struct many *many_new(struct arena *arena, int64_t now_ms) {
    struct many *many = ARENA_NEW(arena, struct many);
    if (many)
        many->ending = (struct ending){.arena = arena, .now_ms = now_ms};
    return many;
}

err logout_person(struct store *store, struct arena *arena, str user_id, int64_t now_ms) {
    struct many *many = many_new(arena, now_ms);
    REQUIRE(many, no_memory, "no memory to end sessions");
    many->user_id = user_id;
    do
        TRY(end_many(store, many));
    while (many->n == BATCH);
    return OK;
}

err logout_expired(struct store *store, struct arena *arena, const struct session_limits *limits,
                   int64_t now_ms, bool *more) {
    struct many *many = many_new(arena, now_ms);
    REQUIRE(many, no_memory, "no memory to end sessions");
    many->limits = limits;
    TRY(end_many(store, many));
    *more = many->n == BATCH;
    return OK;
}
