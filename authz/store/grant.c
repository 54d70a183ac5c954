#include "authz/store/grant.h"

#include "authz/store/session.h"

err grant_from_row(struct db_rows *rows, struct arena *arena, struct grant *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->client_id));
    TRY(db_get_str(rows, 2, arena, &out->user_id));
    TRY(db_get_str(rows, 3, arena, &out->sid));
    TRY(db_get_str(rows, 4, arena, &out->scope));
    out->signed_in_ms = db_get_int(rows, 5);
    TRY(db_get_str(rows, 6, arena, &out->acr));
    TRY(db_get_str(rows, 7, arena, &out->amr));
    out->created_ms = db_get_int(rows, 8);
    out->expires_ms = db_get_int(rows, 9);
    out->revoked_ms = db_get_int(rows, 10);
    TRY(db_get_str(rows, 11, arena, &out->userinfo_claims));
    return db_get_str(rows, 12, arena, &out->id_token_claims);
}

/* The id of the living grant that was made from the code; absent if there is none. */
static err alive_by_code(struct tx *tx, struct arena *arena, str code_hash, str *id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *id = STR_ABSENT;
    TRY(DB_QUERY(tx, &rows, "SELECT id FROM grants WHERE code_hash = ?1 AND revoked_ms IS NULL",
                 DB_B(code_hash)));
    TRY(db_next(rows, &row));
    return row ? db_get_str(rows, 0, arena, id) : OK;
}

struct reuse {
    struct code_use code;
    int64_t now_ms;
    const struct audit_entry *audit; /* or NULL */
    struct arena *arena;
    str id; /* of the grant that is revoked, or absent */
};

static err reuse_tx(struct tx *tx, void *arg) {
    struct reuse *reuse = arg;
    TRY(alive_by_code(tx, reuse->arena, reuse->code.hash, &reuse->id));
    if (str_present(reuse->code.front_grant_id))
        TRY(grant_revoke_in(tx, reuse->code.front_grant_id, reuse->now_ms));
    if (!str_present(reuse->id))
        return OK;
    TRY(grant_revoke_in(tx, reuse->id, reuse->now_ms));
    if (!reuse->audit)
        return OK;
    struct audit_entry entry = *reuse->audit;
    entry.grant_id = reuse->id;
    return audit_in(tx, &entry);
}

static void log_reuse(const struct reuse *reuse) {
    if (!reuse->audit || !str_present(reuse->id))
        return;
    struct audit_entry entry = *reuse->audit;
    entry.grant_id = reuse->id;
    audit_log(&entry);
}

struct redeem {
    const struct redemption *in;
    struct reuse lost;
    bool won;
};

static err insert_grant(struct tx *tx, const struct grant *grant, str code_hash, int64_t *made) {
    return DB_RUN(
        tx, made,
        "INSERT INTO grants (id, code_hash, client_id, user_id, sid, scope,"
        "                    signed_in_ms, acr, amr, created_ms, expires_ms, userinfo_claims,"
        "                    id_token_claims)"
        " SELECT ?1, ?2, client_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13"
        "   FROM clients WHERE client_id = ?3"
        " ON CONFLICT (code_hash) DO NOTHING",
        DB_T(grant->id), DB_B(code_hash), DB_T(grant->client_id), DB_T(grant->user_id),
        DB_T(grant->sid), DB_T(grant->scope), DB_I(grant->signed_in_ms), DB_T(grant->acr),
        DB_T(grant->amr), DB_I(grant->created_ms), DB_I(grant->expires_ms),
        DB_T(grant->userinfo_claims), DB_T(grant->id_token_claims));
}

static err note_made(struct tx *tx, const struct grant *grant, const struct audit_entry *made) {
    TRY(audit_in(tx, made));
    if (!str_present(grant->sid))
        return OK;
    return session_signed_into(tx, grant->sid, grant->client_id, grant->created_ms);
}

static err redeem_tx(struct tx *tx, void *arg) {
    struct redeem *redeem = arg;
    const struct redemption *in = redeem->in;
    int64_t made;
    TRY(insert_grant(tx, in->grant, in->code.hash, &made));
    redeem->won = made == 1;
    if (!redeem->won)
        return reuse_tx(tx, &redeem->lost);
    TRY(note_made(tx, in->grant, in->made));
    if (!str_present(in->refresh_hash))
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO refresh_tokens (hash, grant_id, created_ms, expires_ms)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  DB_B(in->refresh_hash), DB_T(in->grant->id), DB_I(in->grant->created_ms),
                  DB_I(in->refresh_expires_ms));
}

err grant_redeem(struct store *store, struct arena *arena, const struct redemption *redemption,
                 bool *won) {
    struct redeem redeem = {.in = redemption,
                            .lost = {.code = redemption->code,
                                     .now_ms = redemption->grant->created_ms,
                                     .audit = redemption->reused,
                                     .arena = arena}};
    TRY(db_write(store->db, redeem_tx, &redeem));
    *won = redeem.won;
    if (redeem.won && redemption->made)
        audit_log(redemption->made);
    log_reuse(&redeem.lost);
    return OK;
}

struct make {
    const struct grant *grant;
    const struct audit_entry *made; /* or NULL */
};

static err make_tx(struct tx *tx, void *arg) {
    const struct make *make = arg;
    int64_t made;
    TRY(insert_grant(tx, make->grant, STR_ABSENT, &made));
    REQUIRE(made == 1, invalid_client, "the client is gone");
    return note_made(tx, make->grant, make->made);
}

err grant_make(struct store *store, const struct grant *grant, const struct audit_entry *made) {
    struct make make = {grant, made};
    TRY(db_write(store->db, make_tx, &make));
    if (made)
        audit_log(made);
    return OK;
}

static err look_tx(struct tx *tx, void *arg) {
    struct reuse *reuse = arg;
    return alive_by_code(tx, reuse->arena, reuse->code.hash, &reuse->id);
}

err grant_revoke_by_code(struct store *store, struct arena *arena, const struct code_use *code,
                         int64_t now_ms, const struct audit_entry *reused) {
    struct reuse reuse = {*code, now_ms, reused, arena, STR_ABSENT};
    TRY(db_read(store->db, look_tx, &reuse));
    if (!str_present(reuse.id))
        return OK;
    TRY(db_write(store->db, reuse_tx, &reuse));
    log_reuse(&reuse);
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
