/* POST /auth/password/change: whoever knows the password sets another. Every other sign-in ends: of
 * the API all but the one that asks; of browsers those that hitkey-authz began up to now
 * (signed_out_ms), so that its own page signs this browser in anew. */
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/event.h"
#include "core/mails.h"
#include "core/outbox.h"

struct change_body {
    str current, password;
};

static const struct field fields[] = {
    {"current_password", FIELD_TEXT, FIELD_REQUIRED, 1, PASSWORD_MAX,
     offsetof(struct change_body, current), NULL},
    FIELD_ROW_NEW_PASSWORD(struct change_body),
};
FIELD_TABLE(password_change_takes, fields);

struct change {
    struct request *rq;
    struct change_body body;
    struct user user;
    struct throttle throttle;
    bool right;
    str hash;
    struct outbox_mail mail;
    err outcome; /* a wrong password is counted: committed, then returned */
};

static err find(struct tx *tx, void *arg) {
    struct change *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    return user_get(tx, in->rq->arena, endpoints_bearer(in->rq)->user_id, &in->user);
}

/* Outside every transaction: each takes tens of milliseconds. The new password is refused before
 * the current one is looked at: a refusal after it would tell, uncounted, that it was right. */
static err verify_and_hash(struct change *in) {
    bool rehash;
    TRY(endpoints_check_new_password(in->rq, in->body.password, in->user.email));
    TRY(password_verify(core_of(in->rq)->hasher, secret_of(in->body.current), in->user.password,
                        &in->right, &rehash));
    if (!in->right)
        return OK;
    return password_hash(core_of(in->rq)->hasher, secret_of(in->body.password), in->rq->arena,
                         &in->hash);
}

/* The sign-in that asks goes on, as if it had begun now: the password was given. */
static err keep_sign_in(struct tx *tx, str family, int64_t now_ms) {
    TRY(DB_RUN(tx, NULL, "UPDATE api_tokens SET signed_in_ms = ?2 WHERE family = ?1", DB_T(family),
               DB_I(now_ms)));
    return DB_RUN(tx, NULL, "UPDATE api_refresh_tokens SET signed_in_ms = ?2 WHERE family = ?1",
                  DB_T(family), DB_I(now_ms));
}

static err judge(struct tx *tx, struct change *in) {
    const struct api_token *token = endpoints_bearer(in->rq);
    int64_t now_ms = core_of(in->rq)->clock_ms(), changed;
    REQUIRE(in->right, INVALID_PASSWORD, "The current password is wrong");
    TRY(DB_RUN(tx, &changed,
               "UPDATE users SET password = ?3, updated_ms = ?4, signed_out_ms = ?4"
               " WHERE id = ?1 AND password = ?2",
               DB_T(in->user.id), DB_T(in->user.password), DB_T(in->hash), DB_I(now_ms)));
    REQUIRE(changed == 1, busy, "The account was changed just now: try again");
    TRY(DB_RUN(tx, NULL, "DELETE FROM challenges WHERE user_id = ?1", DB_T(in->user.id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM password_resets WHERE user_id = ?1", DB_T(in->user.id)));
    TRY(api_token_end_others(tx, in->user.id, token->family));
    TRY(keep_sign_in(tx, token->family, now_ms + 1));
    return outbox_put(tx, &in->mail);
}

static err write_change(struct tx *tx, void *arg) {
    struct change *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    in->outcome = judge(tx, in);
    return throttle_settle(tx, in->rq, &in->throttle, in->outcome);
}

static err run(struct change *in) {
    struct request *rq = in->rq;
    struct core *core = core_of(rq);
    TRY(throttle_for(rq, THROTTLE_PASSWORD, endpoints_bearer(rq)->user_id, &in->throttle));
    TRY(db_read(core->db, find, in));
    TRY(verify_and_hash(in));
    TRY(mails_write(rq, MAIL_password_changed, in->user.email, NULL, &in->mail));
    TRY(db_write(core->db, write_change, in));
    return in->outcome;
}

err password_change(struct request *rq, struct response *rs) {
    struct change in = {.rq = rq, .outcome = OK};
    TRY(fields_read_body(rq, &in.body));
    err e = run(&in);
    if (err_is(e, E_INVALID_PASSWORD))
        TRY(event_note(rq, "sign_in_failed", in.user.id));
    TRY(e);
    outbox_wake(core_of(rq)->outbox);
    LOG(LOG_INFO, "password changed", LOG_STR("user", in.user.id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    TRY(event_note(rq, "password_changed", in.user.id));
    return endpoints_message(rq, rs, S("Password changed"));
}
