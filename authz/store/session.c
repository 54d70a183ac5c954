#include "authz/store/session.h"

#include "common/base/random.h"
#include "keys/digest.h"

enum { COOKIE_BYTES = 32, COOKIE_CHARS = 43 };

/* --- reading -------------------------------------------------------------------------------- */

struct load {
    struct arena *arena;
    str id_hash;
    int64_t now_ms;
    const struct session_limits *limits;
    struct session *out;
};

static err account_from_row(struct db_rows *rows, struct arena *arena, struct account *out) {
    TRY(db_get_str(rows, 0, arena, &out->sid));
    TRY(db_get_str(rows, 1, arena, &out->user_id));
    out->signed_in_ms = db_get_int(rows, 2);
    TRY(db_get_str(rows, 3, arena, &out->acr));
    TRY(db_get_str(rows, 4, arena, &out->amr));
    out->used_ms = db_get_int(rows, 5);
    return OK;
}

static err load_tx(struct tx *tx, void *arg) {
    const struct load *load = arg;
    struct session *out = load->out;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    out->accounts = arena_array(load->arena, SESSION_ACCOUNTS, sizeof *out->accounts);
    REQUIRE(out->accounts, no_memory, "no memory for a session");
    TRY(DB_QUERY(tx, &rows,
                 "SELECT a.sid, a.user_id, a.signed_in_ms, a.acr, a.amr, a.used_ms"
                 "  FROM sessions s JOIN session_accounts a ON a.session_hash = s.id_hash"
                 " WHERE s.id_hash = ?1 AND s.expires_ms > ?2 AND a.used_ms > ?3"
                 "   AND a.signed_in_ms > ?4"
                 " ORDER BY a.used_ms DESC, a.sid LIMIT ?5",
                 DB_B(load->id_hash), DB_I(load->now_ms),
                 DB_I(load->now_ms - load->limits->idle_ms),
                 DB_I(load->now_ms - load->limits->lifetime_ms), DB_I(SESSION_ACCOUNTS)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(account_from_row(rows, load->arena, &out->accounts[out->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err session_load(struct store *store, struct arena *arena, str cookie, int64_t now_ms,
                 const struct session_limits *limits, struct session *out) {
    *out = (struct session){.id_hash = STR_ABSENT};
    if (cookie.n != COOKIE_CHARS)
        return OK;
    struct sha256 hash = sha256(cookie);
    struct load load = {arena, sha256_str(&hash), now_ms, limits, out};
    TRY(db_read(store->db, load_tx, &load));
    return out->n ? str_dup(arena, sha256_str(&hash), &out->id_hash) : OK;
}

/* --- signing in ----------------------------------------------------------------------------- */

struct sign_in {
    const struct session_start *start;
    str new_hash, new_sid;
};

/* As much of it as is kept. */
static str user_agent_of(const struct session_start *start) {
    return str_head(start->user_agent, SESSION_USER_AGENT_MAX);
}

/* The row of the browser under its new name, with its accounts; or a new row. */
static err rename_session(struct tx *tx, const struct sign_in *in) {
    const struct session_start *start = in->start;
    int64_t end_ms = start->now_ms + start->lifetime_ms, renamed = 0;
    if (str_present(start->old->id_hash))
        TRY(DB_RUN(tx, &renamed,
                   "UPDATE sessions SET id_hash = ?2, used_ms = ?3, expires_ms = ?4,"
                   "   user_agent = ?5, address = ?6"
                   " WHERE id_hash = ?1 AND expires_ms > ?3",
                   DB_B(start->old->id_hash), DB_B(in->new_hash), DB_I(start->now_ms), DB_I(end_ms),
                   DB_T(user_agent_of(start)), DB_T(start->address)));
    if (renamed)
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO sessions (id_hash, created_ms, used_ms, expires_ms, user_agent,"
                  "                      address)"
                  " VALUES (?1, ?2, ?2, ?3, ?4, ?5)",
                  DB_B(in->new_hash), DB_I(start->now_ms), DB_I(end_ms), DB_T(user_agent_of(start)),
                  DB_T(start->address));
}

static err put_account(struct tx *tx, const struct sign_in *in) {
    const struct account *account = in->start->account;
    return DB_RUN(
        tx, NULL,
        "INSERT INTO session_accounts (sid, session_hash, user_id, signed_in_ms, acr, amr,"
        "                              used_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (session_hash, user_id) DO UPDATE SET signed_in_ms = ?4, acr = ?5,"
        "   amr = ?6, used_ms = ?7",
        DB_T(in->new_sid), DB_B(in->new_hash), DB_T(account->user_id), DB_I(account->signed_in_ms),
        DB_T(account->acr), DB_T(account->amr), DB_I(in->start->now_ms));
}

static err sign_in_tx(struct tx *tx, void *arg) {
    const struct sign_in *in = arg;
    TRY(rename_session(tx, in));
    TRY(put_account(tx, in));
    TRY(DB_RUN(tx, NULL,
               "DELETE FROM session_accounts WHERE session_hash = ?1 AND sid NOT IN"
               " (SELECT sid FROM session_accounts WHERE session_hash = ?1"
               "   ORDER BY used_ms DESC, user_id = ?3 DESC LIMIT ?2)",
               DB_B(in->new_hash), DB_I(SESSION_ACCOUNTS), DB_T(in->start->account->user_id)));
    return audit_in(tx, in->start->audit);
}

err session_sign_in(struct store *store, struct arena *arena, const struct session_start *start,
                    str *new_cookie) {
    struct sign_in in = {.start = start};
    TRY(random_token(arena, STR_ABSENT, COOKIE_BYTES, new_cookie));
    TRY(random_uuid(arena, &in.new_sid));
    struct sha256 hash = sha256(*new_cookie);
    in.new_hash = sha256_str(&hash);
    return db_write(store->db, sign_in_tx, &in);
}

/* --- using and ending ----------------------------------------------------------------------- */

struct use {
    str sid;
    int64_t now_ms;
};

bool session_used_due(const struct account *account, int64_t now_ms) {
    return now_ms - account->used_ms >= SESSION_USED_EVERY_MS;
}

static err used_tx(struct tx *tx, void *arg) {
    const struct use *use = arg;
    TRY(DB_RUN(tx, NULL, "UPDATE session_accounts SET used_ms = max(used_ms, ?2) WHERE sid = ?1",
               DB_T(use->sid), DB_I(use->now_ms)));
    return DB_RUN(tx, NULL,
                  "UPDATE sessions SET used_ms = max(used_ms, ?2) WHERE id_hash ="
                  " (SELECT session_hash FROM session_accounts WHERE sid = ?1)",
                  DB_T(use->sid), DB_I(use->now_ms));
}

err session_used(struct store *store, str sid, int64_t now_ms) {
    struct use use = {sid, now_ms};
    return db_write(store->db, used_tx, &use);
}

err session_signed_into(struct tx *tx, str sid, str client_id, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO session_clients (sid, client_id, first_ms)"
                  " SELECT sid, ?2, ?3 FROM session_accounts WHERE sid = ?1"
                  " ON CONFLICT (sid, client_id) DO NOTHING",
                  DB_T(sid), DB_T(client_id), DB_I(now_ms));
}

struct visit {
    str sid, client_id;
    int64_t now_ms;
    bool known;
};

static err note_tx(struct tx *tx, void *arg) {
    const struct visit *visit = arg;
    return session_signed_into(tx, visit->sid, visit->client_id, visit->now_ms);
}

err session_note_client(struct store *store, str sid, str client_id, int64_t now_ms) {
    struct visit visit = {sid, client_id, now_ms, false};
    return db_write(store->db, note_tx, &visit);
}

static err has_tx(struct tx *tx, void *arg) {
    struct visit *visit = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM session_clients WHERE sid = ?1 AND client_id = ?2",
                 DB_T(visit->sid), DB_T(visit->client_id)));
    return db_next(rows, &visit->known);
}

err session_has_client(struct store *store, str sid, str client_id, bool *out) {
    struct visit visit = {sid, client_id, 0, false};
    TRY(db_read(store->db, has_tx, &visit));
    *out = visit.known;
    return OK;
}
