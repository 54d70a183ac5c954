#include "core/store/password_reset.h"

#include "common/base/random.h"
#include "core/mails.h"
#include "core/store/api_token.h"
#include "core/store/throttle.h"

enum { BYTES = 32 };

struct mailing {
    struct request *rq;
    str email, hash;
    struct outbox_mail mail;
    struct throttle throttle;
};

static err put_link(struct tx *tx, void *arg) {
    struct mailing *in = arg;
    struct user user = {0};
    bool found;
    int64_t now_ms = in->rq->now_ms, wait_ms;
    /* Counted for every address, known or not: both write, both wait for the disk. */
    TRY(throttle_mail(tx, &in->throttle, now_ms, &wait_ms));
    TRY(user_by_address(tx, in->rq->arena, in->email, &user, &found));
    if (!found || !user.address_verified || wait_ms > 0)
        return OK;
    TRY(outbox_put(tx, &in->mail));
    if (!in->mail.put)
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO password_resets(hash, user_id, expires_ms) VALUES (?1, ?2, ?3)",
                  DB_B(in->hash), DB_T(user.id), DB_I(now_ms + RESET_LIFE_MS));
}

err password_reset_mail(struct request *rq, str email) {
    struct mailing in = {.rq = rq, .email = email};
    struct core *core = core_of(rq);
    str token, link;
    TRY(random_token(rq->arena, S("hk_pr_"), BYTES, &token));
    TRY(core_token_hash(rq->arena, token, &in.hash));
    TRY(STR_JOIN(rq->arena, &link, core->issuer, S("/reset?token="), token));
    /* A button pressed twice is one cause. */
    TRY(mails_write(
        rq, MAIL_reset, email,
        &(struct mail_values){.link = link, .cause = S("forgotten"), .cause_ms = RESEND_AFTER_MS},
        &in.mail));
    TRY(throttle_for(rq, "throttle resets", email, &in.throttle));
    TRY(db_write(core->db, put_link, &in));
    outbox_wake(core->outbox);
    return OK;
}

static err find(struct tx *tx, void *arg) {
    struct password_reset *reset = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    str user_id;
    TRY(DB_QUERY(tx, &rows, "SELECT user_id, expires_ms FROM password_resets WHERE hash = ?1",
                 DB_B(reset->hash)));
    TRY(db_next(rows, &found));
    REQUIRE(found, INVALID_TOKEN, "The reset link is not valid: ask for a new one");
    REQUIRE(db_get_int(rows, 1) > reset->rq->now_ms, TOKEN_EXPIRED,
            "The reset link has expired: ask for a new one");
    TRY(db_get_str(rows, 0, reset->rq->arena, &user_id));
    TRY(user_by_id(tx, reset->rq->arena, user_id, &reset->user, &found));
    REQUIRE(found, INVALID_TOKEN, "The reset link is not valid: ask for a new one");
    return OK;
}

err password_reset_find(struct request *rq, str token, struct password_reset *out) {
    *out = (struct password_reset){.rq = rq};
    TRY(core_token_hash(rq->arena, token, &out->hash));
    return db_read(core_of(rq)->db, find, out);
}

struct using {
    const struct password_reset *reset;
    str password;
    struct outbox_mail mail;
    struct throttle throttle;
};

/* The time of the commit, not of the request: the new password was hashed in between, and until now
 * the old one was good for signing in. */
static int64_t signed_out_ms(const struct request *rq) {
    int64_t commit_ms = core_of(rq)->clock_ms();
    return commit_ms > rq->now_ms ? commit_ms : rq->now_ms;
}

/* Whoever stole the old password is out: other links, half sign-ins and tokens go too, and what
 * hitkey-authz holds from before (signed_out_ms). */
static err use(struct tx *tx, void *arg) {
    struct using *in = arg;
    int64_t now_ms = in->reset->rq->now_ms, changed;
    str user_id = in->reset->user.id;
    TRY(DB_RUN(tx, &changed, "DELETE FROM password_resets WHERE hash = ?1", DB_B(in->reset->hash)));
    REQUIRE(changed == 1, INVALID_TOKEN, "The reset link was used already");
    TRY(DB_RUN(tx, NULL, "DELETE FROM password_resets WHERE user_id = ?1", DB_T(user_id)));
    TRY(DB_RUN(tx, NULL,
               "UPDATE users SET password = ?2, updated_ms = ?3, signed_out_ms = ?4 WHERE id = ?1",
               DB_T(user_id), DB_T(in->password), DB_I(now_ms),
               DB_I(signed_out_ms(in->reset->rq))));
    TRY(DB_RUN(tx, NULL, "DELETE FROM challenges WHERE user_id = ?1", DB_T(user_id)));
    TRY(api_token_end_others(tx, user_id, STR_ABSENT));
    TRY(throttle_forget(tx, &in->throttle));
    return outbox_put(tx, &in->mail);
}

err password_reset_use(const struct password_reset *reset, str password_hash) {
    struct request *rq = reset->rq;
    struct core *core = core_of(rq);
    struct using in = {.reset = reset, .password = password_hash};
    TRY(mails_write(rq, MAIL_password_changed, reset->user.email, NULL, &in.mail));
    TRY(throttle_for(rq, THROTTLE_PASSWORD, reset->user.email, &in.throttle));
    TRY(db_write(core->db, use, &in));
    outbox_wake(core->outbox);
    return OK;
}
