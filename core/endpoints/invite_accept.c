/* GET /invites/:token, for whoever holds the link, and POST …/accept, for the person whose address
 * it went to. */
#include "common/base/clock.h"
#include "core/endpoints/invites.h"
#include "core/event.h"
#include "core/outbox.h"

struct using {
    struct request *rq;
    str token_hash;
    struct invite invite;
};

static err find(struct tx *tx, void *arg) {
    struct using *in = arg;
    return invite_by_token(tx, in->rq->arena, in->token_hash, &in->invite);
}

static err put_shown(struct json_put *j, struct request *rq, const struct invite *invite) {
    str expires, name;
    TRY(clock_iso8601(rq->arena, invite->valid_until_ms, &expires));
    TRY(invites_inviter(rq->arena, invite, &name));
    json_put_open(j, '{');
    json_put_str(j, "id", invite->id);
    json_put_str(j, "email", invite->address);
    json_put_str(j, "role", member_role_name(invite->role));
    json_put_open_at(j, "project", '{');
    json_put_str(j, "name", invite->project_name);
    json_put_str(j, "slug", invite->project_slug);
    json_put_close(j, '}');
    json_put_open_at(j, "invitedBy", '{');
    json_put_str_or_null(j, "displayName", name);
    json_put_close(j, '}');
    json_put_str(j, "expiresAt", expires);
    json_put_bool(j, "is_expired", invite_expired(invite, rq->now_ms));
    json_put_close(j, '}');
    return OK;
}

err invite_show(struct request *rq, struct response *rs) {
    struct using in = {.rq = rq};
    str json;
    TRY(core_token_hash(rq->arena, rq->args[0], &in.token_hash));
    TRY(db_read(core_of(rq)->db, find, &in));
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    TRY(put_shown(&j, rq, &in.invite));
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

static err check_holder(struct tx *tx, str user_id, str address) {
    AUTO(db_rows_ref) rows = NULL;
    bool holds;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM emails WHERE user_id = ?1 AND address = ?2 AND is_verified = 1",
                 DB_T(user_id), DB_T(address)));
    TRY(db_next(rows, &holds));
    REQUIRE(holds, EMAIL_MISMATCH,
            "The invite is for another email: sign in with that one, or add it to your account");
    return OK;
}

static err accept(struct tx *tx, void *arg) {
    struct using *in = arg;
    str user_id = endpoints_bearer(in->rq)->user_id;
    TRY(invite_live(tx, in->rq, in->token_hash, &in->invite));
    TRY(check_holder(tx, user_id, in->invite.address));
    return invites_use(tx, in->rq, &in->invite, user_id);
}

err invite_accept(struct request *rq, struct response *rs) {
    struct using in = {.rq = rq};
    str json;
    TRY(core_token_hash(rq->arena, rq->args[0], &in.token_hash));
    TRY(db_write(core_of(rq)->db, accept, &in));
    outbox_wake(core_of(rq)->outbox);
    TRY(event_note_project(rq, "invite_accepted", in.invite.project_id, rq->who));
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    json_put_open(&j, '{');
    invites_put_destination(&j, &in.invite);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
