/* The second factor: set-up, on, off, and its use at sign-in. */
#include "common/base/base32.h"
#include "common/base/json_put.h"
#include "common/base/random.h"
#include "common/http/fields.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "core/endpoints/endpoints.h"
#include "core/mails.h"
#include "core/qr.h"
#include "core/totp.h"

enum { RECOVERY_CODES = 10, RECOVERY_BYTES = 5, MAX_ANSWER = 64 * 1024 };
static const str aad = S_INIT("totp secret");

struct second_factor {
    struct request *rq;
    str challenge, code, challenge_hash, user_id, sealed, mail;
    struct user user;
    str recovery[RECOVERY_CODES], recovery_hashes[RECOVERY_CODES];
    struct throttle throttle;
    err outcome;
};

static const struct field code_fields[] = {
    {"code", FIELD_TEXT, FIELD_REQUIRED, 1, 32, offsetof(struct second_factor, code), NULL}};
static const struct field verify_fields[] = {
    {"challenge_token", FIELD_TEXT, FIELD_REQUIRED, 1, 200,
     offsetof(struct second_factor, challenge), NULL},
    {"code", FIELD_TEXT, FIELD_REQUIRED, 1, 32, offsetof(struct second_factor, code), NULL}};

static err throttle_code(struct second_factor *in) {
    str account;
    TRY(STR_JOIN(in->rq->arena, &account, S("2fa "), in->user_id));
    TRY(throttle_for(in->rq, account, &in->throttle));
    return throttle_check(in->rq, &in->throttle);
}

/* What waits to be enabled replaces what waited before. */
static err put_pending(struct tx *tx, void *arg) {
    const struct second_factor *in = arg;
    return DB_RUN(tx, NULL, "UPDATE users SET totp_pending = ?2 WHERE id = ?1", DB_T(in->user_id),
                  DB_T(in->sealed));
}

static err setup_answer(struct request *rq, struct response *rs, str base32, str url) {
    str svg, json;
    TRY(qr_svg(rq->arena, url, &svg));
    struct json_put j = json_put_begin(rq->arena, MAX_ANSWER);
    json_put_open(&j, '{');
    json_put_str(&j, "secret", base32);
    json_put_str(&j, "qrCodeUrl", url);
    json_put_str(&j, "qrCodeSvg", svg);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err two_factor_setup(struct request *rq, struct response *rs) {
    struct second_factor in = {.rq = rq, .user_id = endpoints_bearer(rq)->user_id};
    struct core *core = core_of(rq);
    uint8_t raw[TOTP_SECRET];
    str base32, url;
    TRY(user_read(core->db, rq->arena, in.user_id, &in.user));
    TRY(random_bytes(raw, sizeof raw));
    str secret_bytes = str_of((const char *)raw, sizeof raw);
    TRY(seal(&core->seal_key, aad, secret_bytes, rq->arena, &in.sealed));
    TRY(base32_encode(rq->arena, secret_bytes, &base32));
    TRY(totp_url(rq->arena, in.user.email, base32, &url));
    TRY(db_write(core->db, put_pending, &in));
    return setup_answer(rq, rs, base32, url);
}

static bool code_matches(const struct second_factor *in, str sealed, int64_t *step) {
    str key;
    if (failed(seal_open(&core_of(in->rq)->seal_key, aad, sealed, in->rq->arena, &key)))
        return false;
    return totp_matches(key, in->code, in->rq->now_ms, in->user.totp_step, step);
}

/* Recovery codes are written xxxxx-xxxxx; blanks, dashes and case do not matter. */
static err recovery_hash(struct second_factor *in, str code, str *out) {
    char plain[32];
    size_t n = 0;
    for (size_t i = 0; i < code.n && n < sizeof plain; i++)
        if (code.p[i] != ' ' && code.p[i] != '-')
            plain[n++] = code.p[i];
    str text;
    TRY(str_lower(in->rq->arena, str_of(plain, n), &text));
    TRY(STR_JOIN(in->rq->arena, &text, in->user_id, S(" "), text));
    return core_keyed_hash(core_of(in->rq), in->rq->arena, "recovery code", text, out);
}

static err make_recovery_codes(struct second_factor *in) {
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        str hex;
        TRY(random_hex(in->rq->arena, STR_ABSENT, RECOVERY_BYTES, &hex));
        TRY(STR_JOIN(in->rq->arena, &in->recovery[i], str_head(hex, 5), S("-"),
                     str_from_pos(hex, 5)));
        TRY(recovery_hash(in, in->recovery[i], &in->recovery_hashes[i]));
    }
    return OK;
}

static err read_user_of(struct tx *tx, struct second_factor *in) {
    bool found;
    TRY(user_by_id(tx, in->rq->arena, in->user_id, &in->user, &found));
    REQUIRE(found, unauthorized, "the account is gone");
    return OK;
}

static err put_recovery_codes(struct tx *tx, const struct second_factor *in) {
    TRY(DB_RUN(tx, NULL, "DELETE FROM recovery_codes WHERE user_id = ?1", DB_T(in->user_id)));
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        TRY(DB_RUN(tx, NULL, "INSERT INTO recovery_codes(user_id, hash) VALUES (?1, ?2)",
                   DB_T(in->user_id), DB_B(in->recovery_hashes[i])));
    return OK;
}

static err enable(struct tx *tx, void *arg) {
    struct second_factor *in = arg;
    int64_t step;
    TRY(read_user_of(tx, in));
    REQUIRE(str_present(in->user.totp_pending), SETUP_NOT_INITIATED,
            "Set two-factor sign-in up first");
    /* A new secret: its steps are unused. */
    in->user.totp_step = 0;
    REQUIRE(code_matches(in, in->user.totp_pending, &step), INVALID_CODE, "The code is wrong");
    TRY(DB_RUN(tx, NULL,
               "UPDATE users SET totp_secret = totp_pending, totp_pending = NULL, totp_step = ?2"
               " WHERE id = ?1",
               DB_T(in->user_id), DB_I(step)));
    TRY(put_recovery_codes(tx, in));
    TRY(throttle_succeeded(tx, &in->throttle));
    return outbox_put(tx, in->mail, in->rq->now_ms + REGISTRATION_LIFE_MS);
}

/* A wrong code is counted, in a transaction of its own. */
static err count_wrong(struct second_factor *in, err e) {
    if (err_is(e, E_INVALID_CODE))
        TRY(throttle_failed(in->rq, &in->throttle));
    return e;
}

static err enabled_answer(struct request *rq, struct response *rs, const struct second_factor *in) {
    struct json_put j = json_put_begin(rq->arena, MAX_ANSWER);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "message", S("Two-factor authentication enabled"));
    json_put_open_at(&j, "recovery_codes", '[');
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        json_put_item_str(&j, in->recovery[i]);
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

static err start_change(struct second_factor *in, enum mail_kind mail) {
    struct request *rq = in->rq;
    struct core *core = core_of(rq);
    TRY(fields_read(rq, code_fields, 1, in));
    TRY(throttle_code(in));
    TRY(user_read(core->db, rq->arena, in->user_id, &in->user));
    return mails_write(core, rq->arena, mail, in->user.email, STR_ABSENT, &in->mail);
}

err two_factor_enable(struct request *rq, struct response *rs) {
    struct second_factor in = {.rq = rq, .user_id = endpoints_bearer(rq)->user_id};
    TRY(start_change(&in, MAIL_two_factor_on));
    TRY(make_recovery_codes(&in));
    TRY(count_wrong(&in, db_write(core_of(rq)->db, enable, &in)));
    outbox_wake(core_of(rq)->outbox);
    LOG(LOG_INFO, "second factor on", LOG_STR("user", in.user_id), LOG_STR("id", rq->id));
    return enabled_answer(rq, rs, &in);
}

/* A code of the app, whose step moves on, or a recovery code, which is gone: each by one
 * conditional statement. E_INVALID_CODE. */
static err use_code(struct tx *tx, struct second_factor *in) {
    int64_t step, changed;
    str hash;
    if (code_matches(in, in->user.totp_secret, &step)) {
        TRY(DB_RUN(tx, &changed, "UPDATE users SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2",
                   DB_T(in->user_id), DB_I(step)));
        REQUIRE(changed == 1, INVALID_CODE, "The code was used already: wait for the next one");
        return OK;
    }
    TRY(recovery_hash(in, in->code, &hash));
    TRY(DB_RUN(tx, &changed, "DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2",
               DB_T(in->user_id), DB_B(hash)));
    REQUIRE(changed == 1, INVALID_CODE, "The code is wrong");
    return OK;
}

static err disable(struct tx *tx, void *arg) {
    struct second_factor *in = arg;
    TRY(read_user_of(tx, in));
    REQUIRE(str_present(in->user.totp_secret), NOT_ENABLED, "Two-factor sign-in is not on");
    TRY(use_code(tx, in));
    TRY(DB_RUN(tx, NULL, "UPDATE users SET totp_secret = NULL, totp_pending = NULL WHERE id = ?1",
               DB_T(in->user_id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM recovery_codes WHERE user_id = ?1", DB_T(in->user_id)));
    TRY(throttle_succeeded(tx, &in->throttle));
    return outbox_put(tx, in->mail, in->rq->now_ms + REGISTRATION_LIFE_MS);
}

err two_factor_disable(struct request *rq, struct response *rs) {
    struct second_factor in = {.rq = rq, .user_id = endpoints_bearer(rq)->user_id};
    TRY(start_change(&in, MAIL_two_factor_off));
    TRY(count_wrong(&in, db_write(core_of(rq)->db, disable, &in)));
    outbox_wake(core_of(rq)->outbox);
    LOG(LOG_INFO, "second factor off", LOG_STR("user", in.user_id), LOG_STR("id", rq->id));
    return endpoints_message(rq, rs, S("Two-factor authentication disabled"));
}

static err read_challenge(struct tx *tx, void *arg) {
    struct second_factor *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT user_id FROM challenges WHERE hash = ?1 AND expires_ms > ?2"
                 " AND attempts < ?3",
                 DB_B(in->challenge_hash), DB_I(in->rq->now_ms), DB_I(CHALLENGE_ATTEMPTS)));
    TRY(db_next(rows, &found));
    REQUIRE(found, INVALID_TOKEN, "The sign-in has expired: enter your password again");
    return db_get_str(rows, 0, in->rq->arena, &in->user_id);
}

/* A wrong code leaves its mark on the challenge; a right one uses the challenge up. */
static err answer_challenge(struct tx *tx, void *arg) {
    struct second_factor *in = arg;
    TRY(read_challenge(tx, in));
    TRY(read_user_of(tx, in));
    in->outcome = str_present(in->user.totp_secret)
                      ? use_code(tx, in)
                      : FAIL(INVALID_TOKEN, "Two-factor sign-in was turned off: sign in again");
    if (err_is(in->outcome, E_INVALID_CODE))
        return DB_RUN(tx, NULL, "UPDATE challenges SET attempts = attempts + 1 WHERE hash = ?1",
                      DB_B(in->challenge_hash));
    TRY(in->outcome);
    TRY(throttle_succeeded(tx, &in->throttle));
    return DB_RUN(tx, NULL, "DELETE FROM challenges WHERE hash = ?1", DB_B(in->challenge_hash));
}

err endpoints_second_factor(struct request *rq, str *user_id) {
    struct second_factor in = {.rq = rq, .outcome = OK};
    struct core *core = core_of(rq);
    TRY(fields_read(rq, verify_fields, 2, &in));
    TRY(core_token_hash(rq->arena, in.challenge, &in.challenge_hash));
    TRY(db_read(core->db, read_challenge, &in));
    TRY(throttle_code(&in));
    TRY(db_write(core->db, answer_challenge, &in));
    metrics_add(M_sign_ins, failed(in.outcome) ? S("wrong_code") : S("ok"), 1);
    TRY(count_wrong(&in, in.outcome));
    LOG(LOG_INFO, "signed in", LOG_STR("user", in.user_id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    *user_id = in.user_id;
    return OK;
}

err two_factor_verify(struct request *rq, struct response *rs) {
    str user_id;
    TRY(endpoints_second_factor(rq, &user_id));
    return endpoints_issue(rq, rs, user_id, S("pwd otp"), NULL);
}

err internal_second_factor(struct request *rq, struct response *rs) {
    str user_id;
    TRY(endpoints_second_factor(rq, &user_id));
    return endpoints_signed_in(rq, rs, user_id, S("pwd otp"));
}
