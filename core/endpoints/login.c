/* POST /auth/login, and /internal/sign-in for the pages: e-mail and password.
 *
 * An unknown e-mail, a wrong password and a blocked account cannot be told apart by what is
 * answered or done: each costs the same hash and the same write (or, blocked, none of both for
 * anybody). */
#include "core/endpoints/endpoints.h"
#include "core/store/challenge.h"

struct login_body {
    str email, password;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct login_body),
    {"password", FIELD_TEXT, FIELD_REQUIRED, 1, PASSWORD_MAX, offsetof(struct login_body, password),
     NULL},
};
FIELD_TABLE(login_takes, fields);

struct attempt {
    struct request *rq;
    struct login_body body;
    struct throttle throttle;
    struct user user;
    bool found, right;
    str rehashed;       /* present: the password was hashed with other parameters than today's */
    str challenge_hash; /* present: a second factor must follow */
    struct sign_in sign_in;
    err outcome; /* a wrong password is counted: committed, then returned */
};

static err find(struct tx *tx, void *arg) {
    struct attempt *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    return user_by_address(tx, in->rq->arena, in->body.email, &in->user, &in->found);
}

/* Outside every transaction: it takes tens of milliseconds. */
static err verify(struct attempt *in) {
    struct password_hasher *hasher = core_of(in->rq)->hasher;
    secret password = secret_of(in->body.password);
    str stored = in->found ? in->user.password : STR_ABSENT;
    bool rehash;
    TRY(password_verify(hasher, password, stored, &in->right, &rehash));
    return in->right && rehash ? password_hash(hasher, password, in->rq->arena, &in->rehashed) : OK;
}

static err prepare(struct attempt *in) {
    if (in->right && str_present(in->user.totp_secret))
        return challenge_make(in->rq->arena, &in->sign_in.challenge, &in->challenge_hash);
    return in->right ? sign_in_prepare(in->rq, in->user.id, S("pwd"), &in->sign_in) : OK;
}

/* What was verified must still be so: a reset may have come between, or the address gone. */
static err check_unchanged(struct tx *tx, const struct attempt *in) {
    AUTO(db_rows_ref) rows = NULL;
    bool same;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM users WHERE id = ?1 AND password = ?2"
                 " AND (totp_secret IS NOT NULL) = ?3 AND EXISTS"
                 " (SELECT 1 FROM emails WHERE user_id = ?1 AND address = ?4 AND is_verified = 1)",
                 DB_T(in->user.id), DB_T(in->user.password),
                 DB_I(str_present(in->user.totp_secret)), DB_T(in->body.email)));
    TRY(db_next(rows, &same));
    REQUIRE(same, busy, "The account was changed just now: try again");
    return OK;
}

static err judge(struct tx *tx, const struct attempt *in) {
    REQUIRE(in->right, INVALID_CREDENTIALS, "Invalid email or password");
    REQUIRE(in->user.address_verified, EMAIL_NOT_VERIFIED, "Email not verified");
    TRY(check_unchanged(tx, in));
    if (str_present(in->rehashed))
        TRY(DB_RUN(tx, NULL, "UPDATE users SET password = ?2 WHERE id = ?1", DB_T(in->user.id),
                   DB_T(in->rehashed)));
    if (str_present(in->challenge_hash))
        return challenge_put(tx, in->challenge_hash, in->user.id, in->rq->now_ms);
    return sign_in_store(tx, &in->sign_in, in->rq->now_ms);
}

static err attempt(struct tx *tx, void *arg) {
    struct attempt *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    in->outcome = judge(tx, in);
    return throttle_settle(tx, in->rq, &in->throttle, in->outcome);
}

static err try_password(struct attempt *in) {
    struct request *rq = in->rq;
    TRY(throttle_for(rq, THROTTLE_PASSWORD, in->body.email, &in->throttle));
    TRY(db_read(core_of(rq)->db, find, in));
    TRY(verify(in));
    TRY(prepare(in));
    TRY(db_write(core_of(rq)->db, attempt, in));
    return in->outcome;
}

static err note(const struct attempt *in, err e) {
    static const struct {
        enum err_code code;
        const char *result;
    } results[] = {{E_ok, "ok"},
                   {E_INVALID_CREDENTIALS, "wrong_password"},
                   {E_EMAIL_NOT_VERIFIED, "not_verified"},
                   {E_too_many_requests, "blocked"}};
    const char *result = "failed";
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (err_is(e, results[i].code))
            result = results[i].result;
    if (!failed(e) && str_present(in->sign_in.challenge))
        return sign_in_note(in->rq, "second_factor_asked", NULL, in->user.id);
    return sign_in_note(in->rq, result, failed(e) ? "sign_in_failed" : "sign_in", in->user.id);
}

static err sign_in(struct request *rq, struct response *rs, bool api) {
    struct attempt in = {.rq = rq, .sign_in = {.api = api}, .outcome = OK};
    TRY(fields_read_body(rq, &in.body));
    err e = try_password(&in);
    TRY(note(&in, e));
    TRY(e);
    return sign_in_answer(rq, rs, &in.sign_in);
}

err login(struct request *rq, struct response *rs) {
    return sign_in(rq, rs, true);
}

err internal_sign_in(struct request *rq, struct response *rs) {
    return sign_in(rq, rs, false);
}
