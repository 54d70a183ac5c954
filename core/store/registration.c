#include "core/store/registration.h"

#include "common/base/random.h"
#include "core/mails.h"
#include "core/store/throttle.h"

enum { ANSWERS_AN_HOUR = 30 };

static err hash_code(struct request *rq, str email, str code, str *out) {
    str text;
    TRY(STR_JOIN(rq->arena, &text, email, S(" "), code));
    return core_keyed_hash(core_of(rq), rq->arena, "registration code", text, out);
}

static err refuse_known(struct tx *tx, struct request *rq, str email) {
    struct user user = {0};
    bool found;
    TRY(user_by_address(tx, rq->arena, email, &user, &found));
    REQUIRE(!found || !user.address_verified, EMAIL_ALREADY_VERIFIED, "Email already verified");
    return OK;
}

/* That there is an account is told to an internet address so often an hour, then nothing is: nobody
 * walks through other people's addresses here. OK: `outcome` is told and to be committed; every
 * other error comes back. */
static err tell(struct tx *tx, struct request *rq, err outcome) {
    struct throttle_budget answers = {.address_allowed = ANSWERS_AN_HOUR};
    TRY(throttle_budget_for(rq, "registration answers", STR_ABSENT, &answers));
    TRY(throttle_open(tx, rq, &answers.throttle));
    return failed(outcome) ? throttle_spend_on(tx, &answers, rq->now_ms, outcome) : OK;
}

/* --- sending ---------------------------------------------------------------------------------- */

struct sending {
    struct request *rq;
    str email, code_hash;
    struct outbox_mail mail;
    struct throttle throttle;
    err outcome; /* what leaves a trace: committed, then returned */
};

static err sent_ms(struct tx *tx, str email, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *out = 0;
    TRY(DB_QUERY(tx, &rows, "SELECT sent_ms FROM registrations WHERE address = ?1", DB_T(email)));
    TRY(db_next(rows, &row));
    if (row)
        *out = db_get_int(rows, 0);
    return OK;
}

static err put_code(struct tx *tx, void *arg) {
    struct sending *in = arg;
    int64_t now_ms = in->rq->now_ms, sent;
    in->outcome = refuse_known(tx, in->rq, in->email);
    TRY(tell(tx, in->rq, in->outcome));
    if (failed(in->outcome))
        return OK;
    TRY(sent_ms(tx, in->email, &sent));
    TRY(throttle_code_mail(tx, in->rq, &in->throttle, sent));
    TRY(outbox_put_or_wait(tx, in->rq, &in->mail));
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO registrations(address, code_hash, sent_ms, attempts, expires_ms)"
               " VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT(address) DO UPDATE SET"
               " code_hash = ?2, sent_ms = ?3, attempts = 0, expires_ms = ?4",
               DB_T(in->email), DB_B(in->code_hash), DB_I(now_ms),
               DB_I(now_ms + REGISTRATION_LIFE_MS)));
    return OK;
}

err registration_send_code(struct request *rq, str email) {
    struct sending in = {.rq = rq, .email = email, .outcome = OK};
    struct core *core = core_of(rq);
    str code;
    TRY(random_digits(rq->arena, REGISTRATION_CODE_DIGITS, &code));
    TRY(hash_code(rq, email, code, &in.code_hash));
    TRY(throttle_for(rq, THROTTLE_CODE_MAILS, email, &in.throttle));
    TRY(mails_write(rq, MAIL_registration, email, &(struct mail_values){.code = code}, &in.mail));
    TRY(db_write(core->db, put_code, &in));
    TRY(in.outcome);
    outbox_wake(core->outbox);
    return OK;
}

/* --- verifying -------------------------------------------------------------------------------- */

struct verifying {
    struct registration of;
    str code_hash;
    err outcome; /* what leaves a trace: committed, then returned */
};

/* Why no row was waiting for this code. */
static err refusal(struct tx *tx, const struct verifying *in) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(refuse_known(tx, in->of.rq, in->of.email));
    TRY(DB_QUERY(tx, &rows,
                 "SELECT sent_ms, attempts FROM registrations"
                 " WHERE address = ?1 AND code_hash IS NOT NULL",
                 DB_T(in->of.email)));
    TRY(db_next(rows, &row));
    REQUIRE(row, NO_CODE, "No code is waiting for this email: start again");
    REQUIRE(db_get_int(rows, 0) + CODE_LIFE_MS > in->of.rq->now_ms, CODE_EXPIRED,
            "The code has expired: ask for a new one");
    REQUIRE(db_get_int(rows, 1) < CODE_ATTEMPTS, TOO_MANY_ATTEMPTS,
            "Too many wrong codes: ask for a new one");
    return FAIL(INVALID_CODE, "The code is wrong");
}

/* Whoever has the code is let in, also where no more is told. */
static err use_code(struct tx *tx, const struct verifying *in, bool *used) {
    int64_t now_ms = in->of.rq->now_ms, changed = 0;
    err known = refuse_known(tx, in->of.rq, in->of.email);
    if (!failed(known))
        TRY(DB_RUN(tx, &changed,
                   "UPDATE registrations SET code_hash = NULL, verified_ms = ?3,"
                   " verified_from = ?4 WHERE address = ?1 AND code_hash = ?2 AND attempts < ?5"
                   " AND sent_ms > ?6",
                   DB_T(in->of.email), DB_B(in->code_hash), DB_I(now_ms), DB_B(in->of.from),
                   DB_I(CODE_ATTEMPTS), DB_I(now_ms - CODE_LIFE_MS)));
    *used = changed == 1;
    return err_is(known, E_EMAIL_ALREADY_VERIFIED) ? OK : known;
}

static err try_code(struct tx *tx, void *arg) {
    struct verifying *in = arg;
    bool used;
    TRY(use_code(tx, in, &used));
    if (used)
        return OK;
    in->outcome = refusal(tx, in);
    if (!err_is(in->outcome, E_INVALID_CODE))
        return tell(tx, in->of.rq, in->outcome);
    err told = tell(tx, in->of.rq, OK);
    if (failed(told))
        in->outcome = told; /* and the wrong code is counted all the same */
    return DB_RUN(tx, NULL, "UPDATE registrations SET attempts = attempts + 1 WHERE address = ?1",
                  DB_T(in->of.email));
}

err registration_verify(const struct registration *registration, str code) {
    struct request *rq = registration->rq;
    struct verifying in = {.of = *registration, .outcome = OK};
    TRY(hash_code(rq, in.of.email, code, &in.code_hash));
    TRY(db_write(core_of(rq)->db, try_code, &in));
    return in.outcome;
}

/* --- finishing -------------------------------------------------------------------------------- */

err registration_of(struct request *rq, str email, str binding, struct registration *out) {
    *out = (struct registration){rq, email, STR_ABSENT};
    if (str_present(binding))
        return core_keyed_hash(core_of(rq), rq->arena, "registration binding", binding, &out->from);
    return core_remote_hash(core_of(rq), rq->arena, "registration from", rq->remote, &out->from);
}

static err check_verified(struct tx *tx, const struct registration *registration) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(refuse_known(tx, registration->rq, registration->email));
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM registrations WHERE address = ?1 AND verified_ms IS NOT NULL"
                 " AND verified_from = ?2 AND expires_ms > ?3",
                 DB_T(registration->email), DB_B(registration->from),
                 DB_I(registration->rq->now_ms)));
    TRY(db_next(rows, &row));
    REQUIRE(row, EMAIL_UNVERIFIED, "Verify the email first: enter the code that was mailed");
    return OK;
}

struct asking {
    const struct registration *of;
    err outcome;
};

static err ask(struct tx *tx, void *arg) {
    struct asking *in = arg;
    in->outcome = check_verified(tx, in->of);
    return failed(in->outcome) ? tell(tx, in->of->rq, in->outcome) : OK;
}

err registration_ask(const struct registration *registration) {
    struct asking in = {.of = registration, .outcome = OK};
    TRY(db_write(core_of(registration->rq)->db, ask, &in));
    return in.outcome;
}

err registration_finish(struct tx *tx, const struct registration *registration,
                        const struct user *user, str email_id) {
    int64_t changed;
    TRY(check_verified(tx, registration));
    TRY(DB_RUN(tx, &changed, "DELETE FROM registrations WHERE address = ?1",
               DB_T(registration->email)));
    REQUIRE(changed == 1, EMAIL_UNVERIFIED, "Verify the email first");
    return user_insert(tx, user, email_id);
}
