/* POST /auth/2fa/verify, and /internal/second-factor for the pages: the second step of a sign-in,
 * with a code of the app or a recovery code. */
#include "core/endpoints/endpoints.h"
#include "core/store/challenge.h"
#include "core/store/second_factor.h"

struct verify_body {
    str challenge, code;
};

static const struct field fields[] = {
    {"challenge_token", FIELD_TEXT, FIELD_REQUIRED, 1, 200, offsetof(struct verify_body, challenge),
     NULL},
    FIELD_ROW_CODE(struct verify_body),
};
FIELD_TABLE(two_factor_verify_takes, fields);

struct attempt {
    struct request *rq;
    struct verify_body body;
    str hash, user_id;
    struct throttle throttle;
    struct sign_in sign_in;
    err outcome; /* a wrong code is counted: committed, then returned */
};

static err find(struct tx *tx, void *arg) {
    struct attempt *in = arg;
    return challenge_user(tx, in->rq->arena, in->hash, in->rq->now_ms, &in->user_id);
}

static err judge(struct tx *tx, struct attempt *in) {
    struct user user = {0};
    TRY(find(tx, in));
    TRY(user_get(tx, in->rq->arena, in->user_id, &user));
    REQUIRE(str_present(user.totp_secret), INVALID_TOKEN,
            "Two-factor sign-in was turned off: sign in again");
    TRY(second_factor_use(tx, in->rq, &user, in->body.code, &in->sign_in.token.amr));
    return challenge_use(tx, in->hash);
}

static err attempt(struct tx *tx, void *arg) {
    struct attempt *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    in->outcome = judge(tx, in);
    if (err_is(in->outcome, E_INVALID_CODE))
        TRY(challenge_failed(tx, in->hash));
    TRY(throttle_settle(tx, in->rq, &in->throttle, in->outcome));
    return failed(in->outcome) ? OK : sign_in_store(tx, &in->sign_in, in->rq->now_ms);
}

static err try_code(struct attempt *in) {
    struct request *rq = in->rq;
    struct db *db = core_of(rq)->db;
    TRY(core_token_hash(rq->arena, in->body.challenge, &in->hash));
    TRY(db_read(db, find, in));
    TRY(throttle_for(rq, THROTTLE_CODE, in->user_id, &in->throttle));
    TRY(sign_in_prepare(rq, in->user_id, STR_ABSENT, &in->sign_in));
    TRY(db_write(db, attempt, in));
    return in->outcome;
}

static err second_factor(struct request *rq, struct response *rs, bool api) {
    struct attempt in = {.rq = rq, .sign_in = {.api = api}, .outcome = OK};
    TRY(fields_read_body(rq, &in.body));
    err e = try_code(&in);
    TRY(sign_in_note(rq, failed(e) ? "wrong_code" : "ok",
                     failed(e) ? "second_factor_failed" : "sign_in", in.user_id));
    TRY(e);
    return sign_in_answer(rq, rs, &in.sign_in);
}

err two_factor_verify(struct request *rq, struct response *rs) {
    return second_factor(rq, rs, true);
}

err internal_second_factor(struct request *rq, struct response *rs) {
    return second_factor(rq, rs, false);
}
