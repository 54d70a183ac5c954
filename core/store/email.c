#include "core/store/email.h"

#include "common/base/random.h"
#include "core/mails.h"
#include "core/store/email_code.h"

/* What a change needs in its transaction. */
struct changing {
    struct email_change *of;
    struct outbox_mail notice;
    struct email_code code;
    str code_hash;
    struct throttle additions;
    struct throttle_budget answers;
    err outcome; /* what leaves a trace: committed, then returned */
};

static err find(struct tx *tx, void *arg) {
    struct email_change *of = arg;
    struct arena *arena = of->rq->arena;
    return user_email(tx, arena, of->user.id, of->email.id, of->email.address, &of->email);
}

static err find_both(struct tx *tx, void *arg) {
    struct email_change *of = arg;
    TRY(user_get(tx, of->rq->arena, of->user.id, &of->user));
    return find(tx, of);
}

static err write_notice(const struct email_change *of, enum mail_kind kind,
                        struct outbox_mail *out) {
    return mails_write(of->rq, kind, of->user.email,
                       &(struct mail_values){.address = of->email.address}, out);
}

static err put_notice(struct tx *tx, struct changing *in) {
    return outbox_put(tx, &in->notice);
}

/* Runs the transaction of a change; the notice goes to the address that is the default before. */
static err change(struct changing *in, db_fn *fn) {
    struct core *core = core_of(in->of->rq);
    in->outcome = OK;
    TRY(db_write(core->db, fn, in));
    TRY(in->outcome);
    outbox_wake(core->outbox);
    return OK;
}

/* --- adding ----------------------------------------------------------------------------------- */

static err count_of(struct tx *tx, str user_id, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM emails WHERE user_id = ?1", DB_T(user_id)));
    TRY(db_next(rows, &row));
    *out = db_get_int(rows, 0);
    return OK;
}

/* What its owner may know as often as they like. */
static err refuse_own(struct tx *tx, const struct email_change *of) {
    struct email own;
    int64_t n;
    err e = user_email(tx, of->rq->arena, of->user.id, STR_ABSENT, of->email.address, &own);
    REQUIRE(failed(e), EMAIL_ALREADY_IN_USE, "This email is on your list already");
    if (!err_is(e, E_EMAIL_NOT_FOUND))
        return e;
    TRY(count_of(tx, of->user.id, &n));
    REQUIRE(n < USER_EMAILS_MAX, TOO_MANY_EMAILS, "You have too many emails: remove one first");
    return OK;
}

static err refuse_proven(struct tx *tx, const struct email_change *of) {
    struct user other = {0};
    bool found;
    TRY(user_by_address(tx, of->rq->arena, of->email.address, &other, &found));
    REQUIRE(!found || !other.address_verified, EMAIL_ALREADY_IN_USE,
            "This email belongs to another account");
    return OK;
}

static err add(struct tx *tx, void *arg) {
    struct changing *in = arg;
    const struct email_change *of = in->of;
    struct request *rq = of->rq;
    TRY(refuse_own(tx, of));
    TRY(throttle_open(tx, rq, &in->answers.throttle));
    in->outcome = refuse_proven(tx, of);
    if (failed(in->outcome))
        return throttle_spend_on(tx, &in->answers, rq->now_ms, in->outcome);
    TRY(throttle_code_mail(tx, rq, &in->additions, 0));
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO emails(id, user_id, address, is_default, is_verified, created_ms)"
               " VALUES (?1, ?2, ?3, 0, 0, ?4)",
               DB_T(of->email.id), DB_T(of->user.id), DB_T(of->email.address), DB_I(rq->now_ms)));
    TRY(email_code_put(tx, &in->code));
    return put_notice(tx, in);
}

err email_add(struct email_change *of) {
    struct changing in = {.of = of};
    struct request *rq = of->rq;
    TRY(user_read(core_of(rq)->db, rq->arena, of->user.id, &of->user));
    TRY(random_uuid(rq->arena, &of->email.id));
    TRY(email_code_make(rq, of->email.id, of->email.address, &in.code));
    TRY(throttle_for(rq, "throttle additions", of->user.id, &in.additions));
    TRY(throttle_budget_of_answers(rq, of->user.id, &in.answers));
    TRY(write_notice(of, MAIL_email_added, &in.notice));
    return change(&in, add);
}

/* --- the code --------------------------------------------------------------------------------- */

static err refuse_verified(struct tx *tx, struct email_change *of) {
    TRY(find(tx, of));
    REQUIRE(!of->email.is_verified, EMAIL_ALREADY_VERIFIED, "This email is verified already");
    return OK;
}

static err send_code(struct tx *tx, void *arg) {
    struct changing *in = arg;
    TRY(refuse_verified(tx, in->of));
    return email_code_put(tx, &in->code);
}

err email_send_code(struct email_change *of) {
    struct changing in = {.of = of};
    TRY(db_read(core_of(of->rq)->db, find, of));
    TRY(email_code_make(of->rq, of->email.id, of->email.address, &in.code));
    return change(&in, send_code);
}

/* The unique index decides whose it is. */
static err prove(struct tx *tx, const struct email_change *of) {
    err e = DB_RUN(tx, NULL, "UPDATE emails SET is_verified = 1 WHERE id = ?1", DB_T(of->email.id));
    REQUIRE(!err_is(e, E_conflict), EMAIL_ALREADY_IN_USE, "This email belongs to another account");
    return e;
}

static err verify(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct email_change *of = in->of;
    TRY(refuse_verified(tx, of));
    in->outcome = email_code_use(tx, of->email.id, in->code_hash, of->rq->now_ms);
    if (err_is(in->outcome, E_INVALID_CODE))
        return OK;
    TRY(in->outcome);
    TRY(prove(tx, of));
    return put_notice(tx, in);
}

err email_verify(struct email_change *of, str code) {
    struct changing in = {.of = of};
    TRY(db_read(core_of(of->rq)->db, find_both, of));
    TRY(email_code_hash(of->rq, of->email.id, code, &in.code_hash));
    TRY(write_notice(of, MAIL_email_verified, &in.notice));
    return change(&in, verify);
}

/* --- the default, and the end ------------------------------------------------------------------
 */

static err set_default(struct tx *tx, const struct email_change *of, str id) {
    TRY(DB_RUN(tx, NULL, "UPDATE emails SET is_default = 0 WHERE user_id = ?1 AND is_default = 1",
               DB_T(of->user.id)));
    TRY(DB_RUN(tx, NULL, "UPDATE emails SET is_default = 1 WHERE id = ?1", DB_T(id)));
    return DB_RUN(tx, NULL, "UPDATE users SET updated_ms = ?2 WHERE id = ?1", DB_T(of->user.id),
                  DB_I(of->rq->now_ms));
}

static err make_default(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct email_change *of = in->of;
    TRY(find(tx, of));
    REQUIRE(of->email.is_verified, EMAIL_NOT_PROVEN, "Verify the email first");
    if (of->email.is_default)
        return OK;
    of->email.is_default = true;
    TRY(set_default(tx, of, of->email.id));
    return put_notice(tx, in);
}

err email_make_default(struct email_change *of) {
    struct changing in = {.of = of};
    TRY(db_read(core_of(of->rq)->db, find_both, of));
    TRY(write_notice(of, MAIL_email_default, &in.notice));
    return change(&in, make_default);
}

static err oldest_proven(struct tx *tx, const struct email_change *of, str *id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id FROM emails WHERE user_id = ?1 AND is_verified = 1"
                 " ORDER BY created_ms, id LIMIT 1",
                 DB_T(of->user.id)));
    TRY(db_next(rows, &row));
    REQUIRE(row, internal, "an account has no proven email");
    return db_get_str(rows, 0, of->rq->arena, id);
}

/* One statement decides: of two at once that remove the last two, one finds the other gone. */
static err delete_unless_last(struct tx *tx, const struct email_change *of) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "DELETE FROM emails WHERE id = ?2 AND user_id = ?1 AND (is_verified = 0 OR EXISTS"
               " (SELECT 1 FROM emails WHERE user_id = ?1 AND is_verified = 1 AND id <> ?2))",
               DB_T(of->user.id), DB_T(of->email.id)));
    REQUIRE(changed == 1, ONLY_VERIFIED_EMAIL,
            "This is your only verified email: add and verify another one first");
    return OK;
}

static err remove_it(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct email_change *of = in->of;
    str next;
    TRY(find(tx, of));
    TRY(delete_unless_last(tx, of));
    if (of->email.is_default) {
        TRY(oldest_proven(tx, of, &next));
        TRY(set_default(tx, of, next));
    }
    /* One of them may have been mailed there. */
    TRY(DB_RUN(tx, NULL, "DELETE FROM password_resets WHERE user_id = ?1", DB_T(of->user.id)));
    return put_notice(tx, in);
}

err email_remove(struct email_change *of) {
    struct changing in = {.of = of};
    TRY(db_read(core_of(of->rq)->db, find_both, of));
    TRY(write_notice(of, MAIL_email_removed, &in.notice));
    return change(&in, remove_it);
}
