/* Registration: an address, the code mailed to it, a password. */
#include "common/base/random.h"
#include "common/http/fields.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/mails.h"
#include "core/password.h"

enum { CODE_DIGITS = 6 };

struct registration {
    struct request *rq;
    str email, code, code_hash, mail, from;
    err outcome; /* a decision with a trace: committed, then returned */
    struct user user;
    str email_id;
};

static const struct field email_fields[] = {
    {"email", FIELD_EMAIL, FIELD_REQUIRED, 3, 254, offsetof(struct registration, email), NULL}};
static const struct field verify_fields[] = {
    {"email", FIELD_EMAIL, FIELD_REQUIRED, 3, 254, offsetof(struct registration, email), NULL},
    {"code", FIELD_DIGITS, FIELD_REQUIRED, CODE_DIGITS, CODE_DIGITS,
     offsetof(struct registration, code), NULL}};
static const struct field password_fields[] = {
    {"email", FIELD_EMAIL, FIELD_REQUIRED, 3, 254, offsetof(struct email_password, email), NULL},
    {"password", FIELD_TEXT, FIELD_REQUIRED, PASSWORD_MIN, PASSWORD_MAX,
     offsetof(struct email_password, password), NULL}};

static err hash_code(struct registration *in) {
    str text;
    TRY(STR_JOIN(in->rq->arena, &text, in->email, S(" "), in->code));
    return core_keyed_hash(core_of(in->rq), in->rq->arena, "registration code", text,
                           &in->code_hash);
}

static err refuse_known(struct tx *tx, const struct registration *in) {
    struct user user = {0};
    bool found;
    TRY(user_by_address(tx, in->rq->arena, in->email, &user, &found));
    REQUIRE(!found || !user.address_verified, EMAIL_ALREADY_VERIFIED, "Email already verified");
    return OK;
}

static err sent_ms(struct tx *tx, const struct registration *in, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *out = 0;
    TRY(DB_QUERY(tx, &rows, "SELECT sent_ms FROM registrations WHERE address = ?1",
                 DB_T(in->email)));
    TRY(db_next(rows, &row));
    if (row)
        *out = db_get_int(rows, 0);
    return OK;
}

/* Stores the new code and its mail; an address gets one a minute. */
static err put_code(struct tx *tx, void *arg) {
    struct registration *in = arg;
    int64_t now_ms = in->rq->now_ms, sent;
    TRY(refuse_known(tx, in));
    TRY(sent_ms(tx, in, &sent));
    in->rq->retry_after_s = (sent + RESEND_AFTER_MS - now_ms + 999) / 1000;
    REQUIRE(sent + RESEND_AFTER_MS <= now_ms, COOLDOWN,
            "A code was sent less than 60 seconds ago: wait before asking for another");
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO registrations(address, code_hash, sent_ms, attempts, expires_ms)"
               " VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT(address) DO UPDATE SET"
               " code_hash = ?2, sent_ms = ?3, attempts = 0, expires_ms = ?4",
               DB_T(in->email), DB_B(in->code_hash), DB_I(now_ms),
               DB_I(now_ms + REGISTRATION_LIFE_MS)));
    return outbox_put(tx, in->mail, now_ms + CODE_LIFE_MS);
}

static err send_code(struct request *rq, struct response *rs) {
    struct registration in = {.rq = rq, .outcome = OK};
    TRY(fields_read(rq, email_fields, 1, &in));
    TRY(random_digits(rq->arena, CODE_DIGITS, &in.code));
    TRY(hash_code(&in));
    TRY(mails_write(core_of(rq), rq->arena, MAIL_registration, in.email, in.code, &in.mail));
    TRY(db_write(core_of(rq)->db, put_code, &in));
    outbox_wake(core_of(rq)->outbox);
    return endpoints_message(rq, rs, S("Verification code sent"));
}

err register_start(struct request *rq, struct response *rs) {
    return send_code(rq, rs);
}

err register_resend(struct request *rq, struct response *rs) {
    return send_code(rq, rs);
}

struct stored_code {
    bool found;
    str hash;
    int64_t sent_ms, attempts;
};

static err read_code(struct tx *tx, const struct registration *in, struct stored_code *out) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT code_hash, sent_ms, attempts FROM registrations WHERE address = ?1",
                 DB_T(in->email)));
    TRY(db_next(rows, &out->found));
    if (!out->found)
        return OK;
    out->sent_ms = db_get_int(rows, 1);
    out->attempts = db_get_int(rows, 2);
    return db_get_str(rows, 0, in->rq->arena, &out->hash);
}

static err judge(const struct registration *in, const struct stored_code *stored) {
    REQUIRE(stored->found && str_present(stored->hash), NO_CODE,
            "No code is waiting for this email: start again");
    REQUIRE(stored->sent_ms + CODE_LIFE_MS > in->rq->now_ms, CODE_EXPIRED,
            "The code has expired: ask for a new one");
    REQUIRE(stored->attempts < CODE_ATTEMPTS, TOO_MANY_ATTEMPTS,
            "Too many wrong codes: ask for a new one");
    REQUIRE(secret_eq(secret_of(stored->hash), secret_of(in->code_hash)), INVALID_CODE,
            "The code is wrong");
    return OK;
}

/* A wrong code is counted and that is committed; a right one is used up. */
static err try_code(struct tx *tx, void *arg) {
    struct registration *in = arg;
    struct stored_code stored = {0};
    TRY(refuse_known(tx, in));
    TRY(read_code(tx, in, &stored));
    in->outcome = judge(in, &stored);
    if (err_is(in->outcome, E_INVALID_CODE))
        return DB_RUN(tx, NULL,
                      "UPDATE registrations SET attempts = attempts + 1 WHERE address = ?1",
                      DB_T(in->email));
    if (failed(in->outcome))
        return OK;
    return DB_RUN(tx, NULL,
                  "UPDATE registrations SET code_hash = NULL, verified_ms = ?2, verified_from = ?3"
                  " WHERE address = ?1",
                  DB_T(in->email), DB_I(in->rq->now_ms), DB_B(in->from));
}

/* The API carries no secret from the second step to the third: the client's address is what says
 * that the password comes from who had the code. */
static err hash_remote(struct registration *in) {
    return core_keyed_hash(core_of(in->rq), in->rq->arena, "registration from", in->rq->remote,
                           &in->from);
}

err register_verify(struct request *rq, struct response *rs) {
    struct registration in = {.rq = rq, .outcome = OK};
    TRY(fields_read(rq, verify_fields, 2, &in));
    TRY(hash_code(&in));
    TRY(hash_remote(&in));
    TRY(db_write(core_of(rq)->db, try_code, &in));
    TRY(in.outcome);
    return endpoints_message(rq, rs, S("Email verified"));
}

static err is_verified(struct tx *tx, void *arg) {
    const struct registration *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(refuse_known(tx, in));
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM registrations WHERE address = ?1 AND verified_ms > ?2"
                 " AND verified_from = ?3",
                 DB_T(in->email), DB_I(in->rq->now_ms - CODE_LIFE_MS), DB_B(in->from)));
    TRY(db_next(rows, &row));
    REQUIRE(row, EMAIL_UNVERIFIED, "Verify the email first: enter the code that was mailed");
    return OK;
}

static err make_user(struct tx *tx, void *arg) {
    const struct registration *in = arg;
    TRY(is_verified(tx, arg));
    TRY(user_insert(tx, &in->user, in->email_id));
    return DB_RUN(tx, NULL, "DELETE FROM registrations WHERE address = ?1", DB_T(in->email));
}

err endpoints_register(struct request *rq, str *user_id) {
    struct email_password body = {0};
    struct registration in = {.rq = rq, .outcome = OK};
    struct core *core = core_of(rq);
    TRY(fields_read(rq, password_fields, 2, &body));
    in.email = body.email;
    TRY(hash_remote(&in));
    TRY(db_read(core->db, is_verified, &in));
    in.user = (struct user){.email = body.email, .profile = S("{}"), .created_ms = rq->now_ms};
    TRY(endpoints_new_password(rq, body.password, body.email, &in.user.password));
    TRY(random_uuid(rq->arena, &in.user.id));
    TRY(random_uuid(rq->arena, &in.email_id));
    TRY(db_write(core->db, make_user, &in));
    LOG(LOG_INFO, "registered", LOG_STR("user", in.user.id), LOG_STR("id", rq->id));
    *user_id = in.user.id;
    return OK;
}

err register_password(struct request *rq, struct response *rs) {
    str user_id;
    TRY(endpoints_register(rq, &user_id));
    return endpoints_issue(rq, rs, user_id, S("pwd"), "Registration complete");
}

err internal_register(struct request *rq, struct response *rs) {
    str user_id;
    TRY(endpoints_register(rq, &user_id));
    return endpoints_signed_in(rq, rs, user_id, S("pwd"));
}
