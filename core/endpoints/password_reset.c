/* A forgotten password: a mailed link with a token that works once, for 15 minutes. */
#include "common/base/random.h"
#include "common/http/fields.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/mails.h"
#include "core/password.h"

enum { RESET_BYTES = 32 };

struct forgetting {
    struct request *rq;
    str email, token, hash, mail;
    bool known;
};

struct resetting {
    struct request *rq;
    str token, password, hash, user_id, new_password, mail;
    struct user user;
    int64_t expires_ms;
};

static const struct field forgot_fields[] = {
    {"email", FIELD_EMAIL, FIELD_REQUIRED, 3, 254, offsetof(struct forgetting, email), NULL}};
static const struct field reset_fields[] = {
    {"token", FIELD_TEXT, FIELD_REQUIRED, 1, 200, offsetof(struct resetting, token), NULL},
    {"password", FIELD_TEXT, FIELD_REQUIRED, PASSWORD_MIN, PASSWORD_MAX,
     offsetof(struct resetting, password), NULL}};

/* At most one link a minute for an account: a newer one would only flood the mailbox. */
static err recently(struct tx *tx, const struct forgetting *in, str user_id, bool *out) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM password_resets WHERE user_id = ?1 AND expires_ms > ?2",
                 DB_T(user_id), DB_I(in->rq->now_ms + RESET_LIFE_MS - RESEND_AFTER_MS)));
    return db_next(rows, out);
}

static err put_reset(struct tx *tx, void *arg) {
    struct forgetting *in = arg;
    struct user user = {0};
    bool found, sent = false;
    TRY(user_by_address(tx, in->rq->arena, in->email, &user, &found));
    in->known = found && user.address_verified;
    if (in->known)
        TRY(recently(tx, in, user.id, &sent));
    if (!in->known || sent)
        return OK;
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO password_resets(hash, user_id, expires_ms) VALUES (?1, ?2, ?3)",
               DB_B(in->hash), DB_T(user.id), DB_I(in->rq->now_ms + RESET_LIFE_MS)));
    return outbox_put(tx, in->mail, in->rq->now_ms + RESET_LIFE_MS);
}

/* The same work and the same answer for every e-mail. */
err password_forgot(struct request *rq, struct response *rs) {
    struct forgetting in = {.rq = rq};
    struct core *core = core_of(rq);
    str link;
    TRY(fields_read(rq, forgot_fields, 1, &in));
    TRY(random_token(rq->arena, S("hk_pr_"), RESET_BYTES, &in.token));
    TRY(core_token_hash(rq->arena, in.token, &in.hash));
    TRY(STR_JOIN(rq->arena, &link, core->issuer, S("/reset?token="), in.token));
    TRY(mails_write(core, rq->arena, MAIL_reset, in.email, link, &in.mail));
    TRY(db_write(core->db, put_reset, &in));
    outbox_wake(core->outbox);
    return endpoints_message(rq, rs, S("If an account has this email, a reset link was sent"));
}

static err read_reset(struct tx *tx, void *arg) {
    struct resetting *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows, "SELECT user_id, expires_ms FROM password_resets WHERE hash = ?1",
                 DB_B(in->hash)));
    TRY(db_next(rows, &found));
    REQUIRE(found, INVALID_TOKEN, "The reset link is not valid: ask for a new one");
    TRY(db_get_str(rows, 0, in->rq->arena, &in->user_id));
    in->expires_ms = db_get_int(rows, 1);
    REQUIRE(in->expires_ms > in->rq->now_ms, TOKEN_EXPIRED,
            "The reset link has expired: ask for a new one");
    return user_by_id(tx, in->rq->arena, in->user_id, &in->user, &found);
}

/* The link is used up by the statement that finds it; every sign-in of the account ends. */
static err use_reset(struct tx *tx, void *arg) {
    struct resetting *in = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM password_resets WHERE hash = ?1", DB_B(in->hash)));
    REQUIRE(changed == 1, INVALID_TOKEN, "The reset link is not valid: ask for a new one");
    TRY(DB_RUN(tx, NULL, "DELETE FROM password_resets WHERE user_id = ?1", DB_T(in->user_id)));
    TRY(DB_RUN(tx, NULL, "UPDATE users SET password = ?2, updated_ms = ?3 WHERE id = ?1",
               DB_T(in->user_id), DB_T(in->new_password), DB_I(in->rq->now_ms)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM challenges WHERE user_id = ?1", DB_T(in->user_id)));
    TRY(api_token_end_all(tx, in->user_id, STR_ABSENT));
    return outbox_put(tx, in->mail, in->rq->now_ms + REGISTRATION_LIFE_MS);
}

err password_reset(struct request *rq, struct response *rs) {
    struct resetting in = {.rq = rq};
    struct core *core = core_of(rq);
    TRY(fields_read(rq, reset_fields, 2, &in));
    TRY(core_token_hash(rq->arena, in.token, &in.hash));
    TRY(db_read(core->db, read_reset, &in));
    TRY(endpoints_new_password(rq, in.password, in.user.email, &in.new_password));
    TRY(mails_write(core, rq->arena, MAIL_password_changed, in.user.email, STR_ABSENT, &in.mail));
    TRY(db_write(core->db, use_reset, &in));
    outbox_wake(core->outbox);
    LOG(LOG_INFO, "password reset", LOG_STR("user", in.user_id), LOG_STR("id", rq->id));
    return endpoints_message(rq, rs, S("Password changed"));
}
