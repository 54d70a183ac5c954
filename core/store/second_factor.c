#include "core/store/second_factor.h"

#include "common/base/base32.h"
#include "common/base/random.h"
#include "core/totp.h"

enum { RECOVERY_BYTES = 5, CODE_MAX = 32 };

/* The sealed text is of use in its own row only. */
static err seal_aad(struct arena *arena, str user_id, str *out) {
    return STR_JOIN(arena, out, S("totp secret "), user_id);
}

err second_factor_make(struct request *rq, str user_id, str *base32, str *sealed) {
    uint8_t raw[TOTP_SECRET];
    str aad, bytes = str_of((const char *)raw, sizeof raw);
    TRY(random_bytes(raw, sizeof raw));
    TRY(seal_aad(rq->arena, user_id, &aad));
    TRY(seal(&core_of(rq)->seal_key, aad, bytes, rq->arena, sealed));
    TRY(base32_encode(rq->arena, bytes, base32));
    secret_wipe(raw, sizeof raw);
    return OK;
}

/* As people type it: blanks, dashes and case do not matter. */
static err plain_code(struct arena *arena, str typed, str *out) {
    char plain[CODE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < typed.n && n < sizeof plain; i++)
        if (typed.p[i] != ' ' && typed.p[i] != '-')
            plain[n++] = typed.p[i];
    return str_lower(arena, str_of(plain, n), out);
}

static err recovery_hash(struct request *rq, str user_id, str plain, str *out) {
    str text;
    TRY(STR_JOIN(rq->arena, &text, user_id, S(" "), plain));
    return core_keyed_hash(core_of(rq), rq->arena, "recovery code", text, out);
}

err second_factor_make_codes(struct request *rq, str user_id, struct recovery_codes *out) {
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++) {
        str hex;
        TRY(random_hex(rq->arena, STR_ABSENT, RECOVERY_BYTES, &hex));
        TRY(STR_JOIN(rq->arena, &out->plain[i], str_head(hex, RECOVERY_BYTES), S("-"),
                     str_from_pos(hex, RECOVERY_BYTES)));
        TRY(recovery_hash(rq, user_id, hex, &out->hashes[i]));
    }
    return OK;
}

err second_factor_set_up(struct tx *tx, str user_id, str sealed) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "UPDATE users SET totp_pending = ?2 WHERE id = ?1 AND totp_secret IS NULL",
               DB_T(user_id), DB_T(sealed)));
    REQUIRE(changed == 1, ALREADY_ENABLED, "Two-factor sign-in is on: turn it off first");
    return OK;
}

static err find_step(struct request *rq, const struct user *user, str sealed, str plain,
                     int64_t *step, bool *found) {
    str aad, key;
    TRY(seal_aad(rq->arena, user->id, &aad));
    REQUIRE(!failed(seal_open(&core_of(rq)->seal_key, aad, sealed, rq->arena, &key)), internal,
            "a second factor does not open with this master key");
    *found = totp_matches(key, plain, rq->now_ms, user->totp_step, step);
    return OK;
}

static err put_codes(struct tx *tx, str user_id, const struct recovery_codes *codes) {
    TRY(DB_RUN(tx, NULL, "DELETE FROM recovery_codes WHERE user_id = ?1", DB_T(user_id)));
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++)
        TRY(DB_RUN(tx, NULL, "INSERT INTO recovery_codes(user_id, hash) VALUES (?1, ?2)",
                   DB_T(user_id), DB_B(codes->hashes[i])));
    return OK;
}

err second_factor_enable(struct tx *tx, struct request *rq, const struct user *user, str code,
                         const struct recovery_codes *codes) {
    int64_t step, changed;
    bool found;
    str plain;
    REQUIRE(str_present(user->totp_pending), SETUP_NOT_INITIATED,
            "Set two-factor sign-in up first");
    /* A new secret: its steps are unused. */
    const struct user fresh = {.id = user->id};
    TRY(plain_code(rq->arena, code, &plain));
    TRY(find_step(rq, &fresh, user->totp_pending, plain, &step, &found));
    REQUIRE(found, INVALID_CODE, "The code is wrong");
    TRY(DB_RUN(tx, &changed,
               "UPDATE users SET totp_secret = totp_pending, totp_pending = NULL, totp_step = ?2"
               " WHERE id = ?1 AND totp_pending = ?3 AND totp_secret IS NULL",
               DB_T(user->id), DB_I(step), DB_T(user->totp_pending)));
    REQUIRE(changed == 1, SETUP_NOT_INITIATED, "Set two-factor sign-in up first");
    return put_codes(tx, user->id, codes);
}

/* RFC 8176 2. A recovery code proves that something is held, which makes two factors, but it is no
 * one-time password of RFC 4226 or 6238, and no value of the registry names it. */
#define AMR_TOTP          S("pwd otp mfa")
#define AMR_RECOVERY_CODE S("pwd mfa")

static err use_recovery_code(struct tx *tx, struct request *rq, str user_id, str plain) {
    str hash;
    int64_t changed;
    TRY(recovery_hash(rq, user_id, plain, &hash));
    TRY(DB_RUN(tx, &changed, "DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2",
               DB_T(user_id), DB_B(hash)));
    REQUIRE(changed == 1, INVALID_CODE, "The code is wrong");
    return OK;
}

err second_factor_use(struct tx *tx, struct request *rq, const struct user *user, str code,
                      str *amr) {
    int64_t step, changed;
    bool found;
    str plain;
    TRY(plain_code(rq->arena, code, &plain));
    TRY(find_step(rq, user, user->totp_secret, plain, &step, &found));
    *amr = found ? AMR_TOTP : AMR_RECOVERY_CODE;
    if (!found)
        return use_recovery_code(tx, rq, user->id, plain);
    TRY(DB_RUN(tx, &changed, "UPDATE users SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2",
               DB_T(user->id), DB_I(step)));
    REQUIRE(changed == 1, INVALID_CODE, "The code was used already: wait for the next one");
    return OK;
}

err second_factor_disable(struct tx *tx, str user_id) {
    TRY(DB_RUN(tx, NULL,
               "UPDATE users SET totp_secret = NULL, totp_pending = NULL, totp_step = 0"
               " WHERE id = ?1",
               DB_T(user_id)));
    return DB_RUN(tx, NULL, "DELETE FROM recovery_codes WHERE user_id = ?1", DB_T(user_id));
}

err second_factor_renew(struct tx *tx, struct request *rq, const struct user *user, str code,
                        const struct recovery_codes *codes) {
    str amr;
    REQUIRE(str_present(user->totp_secret), NOT_ENABLED, "Two-factor sign-in is not on");
    TRY(second_factor_use(tx, rq, user, code, &amr));
    return put_codes(tx, user->id, codes);
}

err second_factor_codes_left(struct tx *tx, str user_id, int64_t *n) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM recovery_codes WHERE user_id = ?1",
                 DB_T(user_id)));
    TRY(db_next(rows, &row));
    *n = db_get_int(rows, 0);
    return OK;
}
