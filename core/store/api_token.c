#include "core/store/api_token.h"

#include "common/base/random.h"
#include "core/store/api_sign_in.h"

enum { TOKEN_BYTES = 32, REFRESH_BYTES = 32 };

err api_token_make(struct arena *arena, struct api_token *out) {
    TRY(random_token(arena, S("hitkey_"), TOKEN_BYTES, &out->token));
    TRY(random_hex(arena, STR_ABSENT, REFRESH_BYTES, &out->refresh_token));
    TRY(core_token_hash(arena, out->token, &out->hash));
    TRY(core_token_hash(arena, out->refresh_token, &out->refresh_hash));
    return str_present(out->family) ? OK : random_uuid(arena, &out->family);
}

err api_token_put(struct tx *tx, const struct api_token *token, int64_t now_ms) {
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO api_tokens(hash, family, user_id, signed_in_ms, amr, expires_ms)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
               DB_B(token->hash), DB_T(token->family), DB_T(token->user_id),
               DB_I(token->signed_in_ms), DB_T(token->amr), DB_I(now_ms + API_TOKEN_LIFE_MS)));
    TRY(DB_RUN(
        tx, NULL,
        "INSERT INTO api_refresh_tokens(hash, family, user_id, signed_in_ms, amr, expires_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        DB_B(token->refresh_hash), DB_T(token->family), DB_T(token->user_id),
        DB_I(token->signed_in_ms), DB_T(token->amr), DB_I(now_ms + API_REFRESH_LIFE_MS)));
    return api_sign_in_put(tx, token, now_ms);
}

err api_token_end_others(struct tx *tx, str user_id, str family) {
    TRY(DB_RUN(tx, NULL, "DELETE FROM api_tokens WHERE user_id = ?1 AND family IS NOT ?2",
               DB_T(user_id), DB_T(family)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM api_refresh_tokens WHERE user_id = ?1 AND family IS NOT ?2",
               DB_T(user_id), DB_T(family)));
    return DB_RUN(tx, NULL, "DELETE FROM api_sign_ins WHERE user_id = ?1 AND id IS NOT ?2",
                  DB_T(user_id), DB_T(family));
}

struct looking {
    struct arena *arena;
    str hash;
    int64_t now_ms;
    struct api_token *out;
};

static err look_up(struct tx *tx, void *arg) {
    struct looking *looking = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT t.family, t.user_id, t.amr, t.signed_in_ms, s.used_ms FROM api_tokens t"
                 " JOIN api_sign_ins s ON s.id = t.family WHERE t.hash = ?1 AND t.expires_ms > ?2",
                 DB_B(looking->hash), DB_I(looking->now_ms)));
    TRY(db_next(rows, &found));
    REQUIRE(found, unauthorized, "the token is unknown or has expired: log in again");
    TRY(db_get_str(rows, 0, looking->arena, &looking->out->family));
    TRY(db_get_str(rows, 1, looking->arena, &looking->out->user_id));
    TRY(db_get_str(rows, 2, looking->arena, &looking->out->amr));
    looking->out->signed_in_ms = db_get_int(rows, 3);
    looking->out->used_ms = db_get_int(rows, 4);
    return OK;
}

err api_token_check(struct core *core, struct arena *arena, str token, int64_t now_ms,
                    struct api_token *out) {
    struct looking looking = {arena, STR_ABSENT, now_ms, out};
    REQUIRE(str_starts(token, S("hitkey_")), unauthorized,
            "an API token starts with hitkey_: log in to get one");
    TRY(core_token_hash(arena, token, &looking.hash));
    return db_read(core->db, look_up, &looking);
}

static err delete_family(struct tx *tx, void *arg) {
    const str *family = arg;
    TRY(DB_RUN(tx, NULL, "DELETE FROM api_tokens WHERE family = ?1", DB_T(*family)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM api_refresh_tokens WHERE family = ?1", DB_T(*family)));
    return DB_RUN(tx, NULL, "DELETE FROM api_sign_ins WHERE id = ?1", DB_T(*family));
}

err api_token_end(struct core *core, str family) {
    return db_write(core->db, delete_family, &family);
}

struct rotation {
    struct arena *arena;
    str hash;
    int64_t now_ms;
    struct api_token *next;
    bool good;
};

static err read_refresh(struct tx *tx, struct rotation *rotation, bool *found) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT family, user_id, amr, signed_in_ms FROM api_refresh_tokens"
                 " WHERE hash = ?1 AND expires_ms > ?2",
                 DB_B(rotation->hash), DB_I(rotation->now_ms)));
    TRY(db_next(rows, found));
    if (!*found)
        return OK;
    TRY(db_get_str(rows, 0, rotation->arena, &rotation->next->family));
    TRY(db_get_str(rows, 1, rotation->arena, &rotation->next->user_id));
    TRY(db_get_str(rows, 2, rotation->arena, &rotation->next->amr));
    rotation->next->signed_in_ms = db_get_int(rows, 3);
    return OK;
}

/* The update that finds it used before proves a copy is about: the family ends (RFC 9700 4.14.2).
 */
static err rotate(struct tx *tx, void *arg) {
    struct rotation *rotation = arg;
    bool found;
    int64_t changed;
    TRY(read_refresh(tx, rotation, &found));
    if (!found)
        return OK;
    TRY(DB_RUN(tx, &changed,
               "UPDATE api_refresh_tokens SET used_ms = ?2 WHERE hash = ?1 AND used_ms IS NULL",
               DB_B(rotation->hash), DB_I(rotation->now_ms)));
    if (changed == 0)
        return delete_family(tx, &rotation->next->family);
    TRY(api_token_put(tx, rotation->next, rotation->now_ms));
    rotation->good = true;
    return OK;
}

err api_token_rotate(struct core *core, str refresh_token, int64_t now_ms, struct arena *arena,
                     struct api_token *next) {
    struct rotation rotation = {.arena = arena, .now_ms = now_ms, .next = next};
    TRY(core_token_hash(arena, refresh_token, &rotation.hash));
    TRY(api_token_make(arena, next));
    TRY(db_write(core->db, rotate, &rotation));
    REQUIRE(rotation.good, unauthorized,
            "the refresh token is unknown, used or expired: log in again");
    return OK;
}
