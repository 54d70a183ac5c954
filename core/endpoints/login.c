/* Sign-in with e-mail and password, by the API and by the pages. */
#include "common/base/json_put.h"
#include "common/base/random.h"
#include "common/http/fields.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "core/endpoints/endpoints.h"
#include "core/password.h"

enum { CHALLENGE_BYTES = 32 };

static const struct field fields[] = {
    {"email", FIELD_EMAIL, FIELD_REQUIRED, 3, 254, offsetof(struct email_password, email), NULL},
    {"password", FIELD_TEXT, FIELD_REQUIRED, 1, PASSWORD_MAX,
     offsetof(struct email_password, password), NULL}};

struct attempt {
    struct request *rq;
    struct email_password in;
    struct throttle throttle;
    struct user user;
    bool found;
    str rehashed, challenge_hash;
};

static err find(struct tx *tx, void *arg) {
    struct attempt *attempt = arg;
    return user_by_address(tx, attempt->rq->arena, attempt->in.email, &attempt->user,
                           &attempt->found);
}

/* An unknown e-mail costs the same hash and the same write as a wrong password. */
static err check_password(struct attempt *attempt) {
    struct request *rq = attempt->rq;
    bool right, rehash;
    TRY(password_verify(core_of(rq)->hasher, secret_of(attempt->in.password),
                        attempt->found ? attempt->user.password : STR_ABSENT, &right, &rehash));
    if (!right) {
        TRY(throttle_failed(rq, &attempt->throttle));
        metrics_add(M_sign_ins, S("wrong_password"), 1);
        LOG(LOG_INFO, "sign-in failed", LOG_STR("user", attempt->user.id),
            LOG_STR("remote", rq->remote), LOG_STR("id", rq->id));
        return FAIL(INVALID_CREDENTIALS, "Invalid email or password");
    }
    REQUIRE(attempt->user.address_verified, EMAIL_NOT_VERIFIED, "Email not verified");
    if (rehash)
        TRY(password_hash(core_of(rq)->hasher, secret_of(attempt->in.password), rq->arena,
                          &attempt->rehashed));
    return OK;
}

static err put_challenge(struct tx *tx, const struct attempt *attempt) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO challenges(hash, user_id, attempts, expires_ms)"
                  " VALUES (?1, ?2, 0, ?3)",
                  DB_B(attempt->challenge_hash), DB_T(attempt->user.id),
                  DB_I(attempt->rq->now_ms + CHALLENGE_LIFE_MS));
}

static err note_success(struct tx *tx, void *arg) {
    const struct attempt *attempt = arg;
    TRY(throttle_succeeded(tx, &attempt->throttle));
    if (str_present(attempt->rehashed))
        TRY(DB_RUN(tx, NULL, "UPDATE users SET password = ?2 WHERE id = ?1 AND password = ?3",
                   DB_T(attempt->user.id), DB_T(attempt->rehashed), DB_T(attempt->user.password)));
    return str_present(attempt->challenge_hash) ? put_challenge(tx, attempt) : OK;
}

err endpoints_sign_in(struct request *rq, struct signing_in *out) {
    struct attempt attempt = {.rq = rq};
    struct core *core = core_of(rq);
    TRY(fields_read(rq, fields, 2, &attempt.in));
    TRY(throttle_for(rq, attempt.in.email, &attempt.throttle));
    TRY(throttle_check(rq, &attempt.throttle));
    TRY(db_read(core->db, find, &attempt));
    TRY(check_password(&attempt));
    if (str_present(attempt.user.totp_secret)) {
        TRY(random_token(rq->arena, S("hk_2f_"), CHALLENGE_BYTES, &out->challenge));
        TRY(core_token_hash(rq->arena, out->challenge, &attempt.challenge_hash));
    }
    TRY(db_write(core->db, note_success, &attempt));
    out->user_id = attempt.user.id;
    bool second = str_present(out->challenge);
    metrics_add(M_sign_ins, second ? S("second_factor_asked") : S("ok"), 1);
    LOG(LOG_INFO, second ? "second factor asked" : "signed in", LOG_STR("user", attempt.user.id),
        LOG_STR("remote", rq->remote), LOG_STR("id", rq->id));
    return OK;
}

err endpoints_challenge(struct request *rq, struct response *rs, str challenge) {
    struct json_put j = json_put_begin(rq->arena, 512);
    str json;
    json_put_open(&j, '{');
    json_put_bool(&j, "totp_required", true);
    json_put_str(&j, "challenge_token", challenge);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 202, json);
    return OK;
}

err login(struct request *rq, struct response *rs) {
    struct signing_in signing_in = {0};
    TRY(endpoints_sign_in(rq, &signing_in));
    if (str_present(signing_in.challenge))
        return endpoints_challenge(rq, rs, signing_in.challenge);
    return endpoints_issue(rq, rs, signing_in.user_id, S("pwd"), NULL);
}

err internal_sign_in(struct request *rq, struct response *rs) {
    struct signing_in signing_in = {0};
    TRY(endpoints_sign_in(rq, &signing_in));
    if (str_present(signing_in.challenge))
        return endpoints_challenge(rq, rs, signing_in.challenge);
    return endpoints_signed_in(rq, rs, signing_in.user_id, S("pwd"));
}
