#include "core/store/api_sign_in.h"

#include "common/base/utf8.h"
#include "common/ops/log.h"

enum { AGENT_MAX = 256, CHARACTER_MAX = 4, NOTED_EVERY_MS = 10 * MINUTE_MS };

/* What is not plain text is shown to nobody. The cut may have parted a character. */
static str plain_agent(str agent) {
    str text = str_head(agent, AGENT_MAX);
    for (int i = 1; i < CHARACTER_MAX && text.n && agent.n > AGENT_MAX && !utf8_valid(text); i++)
        text.n--;
    return text.n && utf8_valid(text) && !utf8_has_control(text) ? text : STR_ABSENT;
}

void api_sign_in_from(const struct request *rq, struct api_token *token) {
    token->user_agent = plain_agent(request_header(rq, S("User-Agent")));
    token->remote = rq->remote;
}

err api_sign_in_put(struct tx *tx, const struct api_token *token, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO api_sign_ins(id, user_id, created_ms, used_ms, user_agent, remote,"
                  " expires_ms) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)"
                  " ON CONFLICT(id) DO UPDATE SET"
                  " used_ms = ?3, user_agent = ?4, remote = ?5, expires_ms = ?6",
                  DB_T(token->family), DB_T(token->user_id), DB_I(now_ms), DB_T(token->user_agent),
                  DB_T(token->remote), DB_I(now_ms + API_REFRESH_LIFE_MS));
}

/* --- use -------------------------------------------------------------------------------------- */

struct use {
    str family;
    int64_t now_ms;
};

static err write_use(struct tx *tx, void *arg) {
    const struct use *use = arg;
    return DB_RUN(tx, NULL, "UPDATE api_sign_ins SET used_ms = ?2 WHERE id = ?1 AND used_ms < ?2",
                  DB_T(use->family), DB_I(use->now_ms));
}

err api_sign_in_note_use(const struct request *rq, const struct api_token *token) {
    if (rq->now_ms - token->used_ms < NOTED_EVERY_MS)
        return OK;
    if (rq->route->run == RUN_INLINE_FIRST)
        TRY(may_block(rq));
    if (!rq->may_block)
        return OK;
    err e = db_write(core_of(rq)->db, write_use, &(struct use){token->family, rq->now_ms});
    if (failed(e))
        log_err(LOG_WARN, "use of a sign-in", e);
    return OK;
}

/* --- showing and ending ----------------------------------------------------------------------- */

struct listing {
    struct request *rq;
    str user_id;
    struct api_sign_in *out;
    size_t n;
};

static err read_one(struct db_rows *rows, struct arena *arena, struct api_sign_in *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->user_agent));
    TRY(db_get_str(rows, 2, arena, &out->remote));
    out->created_ms = db_get_int(rows, 3);
    out->used_ms = db_get_int(rows, 4);
    return OK;
}

static err list(struct tx *tx, void *arg) {
    struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, user_agent, remote, created_ms, used_ms FROM api_sign_ins"
                 " WHERE user_id = ?1 AND expires_ms > ?2 ORDER BY used_ms DESC, id LIMIT ?3",
                 DB_T(in->user_id), DB_I(in->rq->now_ms), DB_I(API_SIGN_INS_MAX)));
    TRY(db_next(rows, &row));
    for (; row; in->n++) {
        TRY(read_one(rows, in->rq->arena, &in->out[in->n]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err api_sign_in_list(struct request *rq, str user_id, struct api_sign_in **out, size_t *n) {
    struct listing in = {.rq = rq, .user_id = user_id};
    in.out = arena_array(rq->arena, API_SIGN_INS_MAX, sizeof *in.out);
    REQUIRE(in.out, no_memory, "the request needs more memory than it may have");
    TRY(db_read(core_of(rq)->db, list, &in));
    *out = in.out;
    *n = in.n;
    return OK;
}

struct ending {
    str user_id, id;
};

static err end(struct tx *tx, void *arg) {
    const struct ending *in = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM api_sign_ins WHERE id = ?1 AND user_id = ?2",
               DB_T(in->id), DB_T(in->user_id)));
    REQUIRE(changed == 1, not_found, "You have no such sign-in");
    TRY(DB_RUN(tx, NULL, "DELETE FROM api_tokens WHERE family = ?1", DB_T(in->id)));
    return DB_RUN(tx, NULL, "DELETE FROM api_refresh_tokens WHERE family = ?1", DB_T(in->id));
}

err api_sign_in_end(struct request *rq, str user_id, str id) {
    return db_write(core_of(rq)->db, end, &(struct ending){user_id, id});
}
