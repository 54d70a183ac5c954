#include "core/store/challenge.h"

#include "common/base/random.h"

enum { BYTES = 32, ATTEMPTS = 5 };

err challenge_make(struct arena *arena, str *token, str *hash) {
    TRY(random_token(arena, S("hk_2f_"), BYTES, token));
    return core_token_hash(arena, *token, hash);
}

err challenge_put(struct tx *tx, str hash, str user_id, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO challenges(hash, user_id, attempts, expires_ms)"
                  " VALUES (?1, ?2, 0, ?3)",
                  DB_B(hash), DB_T(user_id), DB_I(now_ms + CHALLENGE_LIFE_MS));
}

err challenge_user(struct tx *tx, struct arena *arena, str hash, int64_t now_ms, str *user_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT user_id FROM challenges WHERE hash = ?1 AND expires_ms > ?2"
                 " AND attempts < ?3",
                 DB_B(hash), DB_I(now_ms), DB_I(ATTEMPTS)));
    TRY(db_next(rows, &found));
    REQUIRE(found, INVALID_TOKEN, "The sign-in has expired: enter your password again");
    return db_get_str(rows, 0, arena, user_id);
}

err challenge_failed(struct tx *tx, str hash) {
    return DB_RUN(tx, NULL, "UPDATE challenges SET attempts = attempts + 1 WHERE hash = ?1",
                  DB_B(hash));
}

err challenge_use(struct tx *tx, str hash) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM challenges WHERE hash = ?1", DB_B(hash)));
    REQUIRE(changed == 1, INVALID_TOKEN, "The sign-in was finished already");
    return OK;
}
