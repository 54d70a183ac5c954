/* POST /auth/register/with-invite, and /internal/register/with-invite for the pages: an invite is
 * the proof of the address it was mailed to. The account, its verified address, the membership and
 * the sign-in are one transaction. */
#include "common/base/random.h"
#include "common/ops/log.h"
#include "core/endpoints/invites.h"
#include "core/event.h"
#include "core/outbox.h"

struct invited_body {
    str invite_token, email, password;
};

static const struct field fields[] = {
    {"invite_token", FIELD_TEXT, FIELD_REQUIRED, 1, INVITE_TOKEN_MAX,
     offsetof(struct invited_body, invite_token), NULL},
    FIELD_ROW_EMAIL(struct invited_body),
    FIELD_ROW_NEW_PASSWORD(struct invited_body),
};
FIELD_TABLE(register_with_invite_takes, fields);

struct joining {
    struct request *rq;
    str token_hash, email_id;
    struct invite invite;
    struct user user;
    struct sign_in sign_in;
};

static err check(struct tx *tx, void *arg) {
    struct joining *in = arg;
    struct user known = {0};
    bool found;
    TRY(invite_live(tx, in->rq, in->token_hash, &in->invite));
    REQUIRE(str_eq(in->user.email, in->invite.address), EMAIL_MISMATCH,
            "The invite is for another email: register with that one");
    TRY(user_by_address(tx, in->rq->arena, in->user.email, &known, &found));
    REQUIRE(!found || !known.address_verified, EMAIL_ALREADY_VERIFIED,
            "There is an account with this email: sign in and accept the invite");
    return OK;
}

static err finish(struct tx *tx, void *arg) {
    struct joining *in = arg;
    TRY(check(tx, in));
    TRY(user_insert(tx, &in->user, in->email_id));
    TRY(invites_use(tx, in->rq, &in->invite, in->user.id));
    TRY(DB_RUN(tx, NULL, "DELETE FROM registrations WHERE address = ?1", DB_T(in->user.email)));
    return sign_in_store(tx, &in->sign_in, in->rq->now_ms);
}

static err make_user(struct joining *in, const struct invited_body *body) {
    struct request *rq = in->rq;
    TRY(endpoints_new_password(rq, body->password, body->email, &in->user.password));
    TRY(random_uuid(rq->arena, &in->user.id));
    return random_uuid(rq->arena, &in->email_id);
}

static void put_destination(struct json_put *j, const void *arg) {
    invites_put_destination(j, arg);
}

static err register_invited(struct request *rq, struct response *rs, bool api) {
    struct invited_body body = {0};
    struct joining in = {.rq = rq, .sign_in = {.api = api, .message = "Registration complete"}};
    TRY(fields_read_body(rq, &body));
    TRY(core_token_hash(rq->arena, body.invite_token, &in.token_hash));
    in.user = (struct user){.email = body.email, .profile = S("{}"), .created_ms = rq->now_ms};
    TRY(db_read(core_of(rq)->db, check, &in));
    TRY(make_user(&in, &body));
    TRY(sign_in_prepare(rq, in.user.id, S("pwd"), &in.sign_in));
    TRY(db_write(core_of(rq)->db, finish, &in));
    outbox_wake(core_of(rq)->outbox);
    LOG(LOG_INFO, "registered", LOG_STR("user", in.user.id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    TRY(event_note_project(rq, "signed_up", in.invite.project_id, STR_ABSENT));
    in.sign_in.put_more = put_destination;
    in.sign_in.more = &in.invite;
    return sign_in_answer(rq, rs, &in.sign_in);
}

err register_with_invite(struct request *rq, struct response *rs) {
    return register_invited(rq, rs, true);
}

err internal_register_with_invite(struct request *rq, struct response *rs) {
    return register_invited(rq, rs, false);
}
