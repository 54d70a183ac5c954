#include "authz/store/grant.h"

#include "authz/store/session.h"

err grant_from_row(struct db_rows *rows, struct arena *arena, struct grant *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->client_id));
    TRY(db_get_str(rows, 2, arena, &out->user_id));
    TRY(db_get_str(rows, 3, arena, &out->sid));
    TRY(db_get_str(rows, 4, arena, &out->scope));
    out->auth_time_s = db_get_int(rows, 5);
    TRY(db_get_str(rows, 6, arena, &out->acr));
    TRY(db_get_str(rows, 7, arena, &out->amr));
    out->created_ms = db_get_int(rows, 8);
    out->expires_ms = db_get_int(rows, 9);
    out->revoked_ms = db_get_int(rows, 10);
    return OK;
}

struct redeem {
    const struct grant *grant;
    str code_hash;
    const struct grant_refresh *refresh;
    bool won;
};

static err revoke_loser(struct tx *tx, str code_hash, int64_t now_ms, int64_t *changed) {
    return DB_RUN(tx, changed,
                  "UPDATE grants SET revoked_ms = ?2 WHERE code_hash = ?1 AND revoked_ms IS NULL",
                  DB_B(code_hash), DB_I(now_ms));
}

static err redeem_tx(struct tx *tx, void *arg) {
    struct redeem *redeem = arg;
    const struct grant *grant = redeem->grant;
    int64_t made;
    TRY(DB_RUN(tx, &made,
               "INSERT INTO grants (id, code_hash, client_id, user_id, sid, scope, auth_time, acr,"
               "                    amr, created_ms, expires_ms)"
               " SELECT ?1, ?2, client_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11"
               "   FROM clients WHERE client_id = ?3"
               " ON CONFLICT (code_hash) DO NOTHING",
               DB_T(grant->id), DB_B(redeem->code_hash), DB_T(grant->client_id),
               DB_T(grant->user_id), DB_T(grant->sid), DB_T(grant->scope), DB_I(grant->auth_time_s),
               DB_T(grant->acr), DB_T(grant->amr), DB_I(grant->created_ms),
               DB_I(grant->expires_ms)));
    redeem->won = made == 1;
    if (!redeem->won)
        return revoke_loser(tx, redeem->code_hash, grant->created_ms, NULL);
    if (str_present(grant->sid))
        TRY(session_signed_into(tx, grant->sid, grant->client_id, grant->created_ms));
    if (!str_present(redeem->refresh->hash))
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO refresh_tokens (hash, grant_id, created_ms, expires_ms)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  DB_B(redeem->refresh->hash), DB_T(grant->id), DB_I(grant->created_ms),
                  DB_I(redeem->refresh->expires_ms));
}

err grant_redeem(struct store *store, const struct grant *grant, str code_hash,
                 const struct grant_refresh *refresh, bool *won) {
    struct redeem redeem = {grant, code_hash, refresh, false};
    TRY(db_write(store->db, redeem_tx, &redeem));
    *won = redeem.won;
    return OK;
}

struct get {
    struct arena *arena;
    str id;
    struct grant *out;
};

static err get_tx(struct tx *tx, void *arg) {
    struct get *get = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " GRANT_COLUMNS
                 " FROM grants g JOIN clients c ON c.client_id = g.client_id WHERE g.id = ?1",
                 DB_T(get->id)));
    TRY(db_next(rows, &row));
    REQUIRE(row, not_found, "no such grant");
    return grant_from_row(rows, get->arena, get->out);
}

err grant_get(struct store *store, struct arena *arena, str id, struct grant *out) {
    struct get get = {arena, id, out};
    return db_read(store->db, get_tx, &get);
}

err grant_revoke_in(struct tx *tx, str id, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "UPDATE grants SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
                  DB_T(id), DB_I(now_ms));
}

struct revoke {
    str id; /* of the grant, or the hash of its code */
    int64_t now_ms;
    int64_t found;
};

static err revoke_tx(struct tx *tx, void *arg) {
    const struct revoke *revoke = arg;
    return grant_revoke_in(tx, revoke->id, revoke->now_ms);
}

err grant_revoke(struct store *store, str id, int64_t now_ms) {
    struct revoke revoke = {id, now_ms, 0};
    return db_write(store->db, revoke_tx, &revoke);
}

static err alive_by_code_tx(struct tx *tx, void *arg) {
    struct revoke *revoke = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM grants WHERE code_hash = ?1 AND revoked_ms IS NULL",
                 DB_B(revoke->id)));
    TRY(db_next(rows, &row));
    revoke->found = row;
    return OK;
}

static err revoke_by_code_tx(struct tx *tx, void *arg) {
    struct revoke *revoke = arg;
    return revoke_loser(tx, revoke->id, revoke->now_ms, &revoke->found);
}

err grant_revoke_by_code(struct store *store, str code_hash, int64_t now_ms, bool *revoked) {
    struct revoke revoke = {code_hash, now_ms, 0};
    TRY(db_read(store->db, alive_by_code_tx, &revoke));
    if (revoke.found)
        TRY(db_write(store->db, revoke_by_code_tx, &revoke));
    *revoked = revoke.found > 0;
    return OK;
}
