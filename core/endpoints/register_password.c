/* POST /auth/register/password, and /internal/register for the pages: a verified address gets its
 * password, and is signed in. */
#include "common/base/random.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/event.h"
#include "core/store/registration.h"

struct password_body {
    str email, password, binding;
};

static const struct field fields[] = {FIELD_ROW_EMAIL(struct password_body),
                                      FIELD_ROW_NEW_PASSWORD(struct password_body),
                                      /* the last: of the internal call only */
                                      FIELD_ROW_BINDING(struct password_body)};
const struct field_table register_password_takes = {fields, 2};
FIELD_TABLE(internal_register_takes, fields);

struct finishing {
    struct registration of;
    struct user user;
    str email_id;
    struct sign_in sign_in;
};

static err finish(struct tx *tx, void *arg) {
    const struct finishing *in = arg;
    TRY(registration_finish(tx, &in->of, &in->user, in->email_id));
    return sign_in_store(tx, &in->sign_in, in->of.rq->now_ms);
}

static err make_user(struct request *rq, const struct password_body *body, struct finishing *in) {
    in->user = (struct user){.email = body->email, .profile = S("{}"), .created_ms = rq->now_ms};
    TRY(endpoints_new_password(rq, body->password, body->email, &in->user.password));
    TRY(random_uuid(rq->arena, &in->user.id));
    return random_uuid(rq->arena, &in->email_id);
}

static err set_password(struct request *rq, struct response *rs, bool api) {
    struct password_body body = {0};
    struct finishing in = {.sign_in = {.api = api, .message = "Registration complete"}};
    TRY(fields_read_body(rq, &body));
    TRY(registration_of(rq, body.email, body.binding, &in.of));
    TRY(registration_ask(&in.of));
    TRY(make_user(rq, &body, &in));
    TRY(sign_in_prepare(rq, in.user.id, S("pwd"), &in.sign_in));
    TRY(db_write(core_of(rq)->db, finish, &in));
    LOG(LOG_INFO, "registered", LOG_STR("user", in.user.id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    TRY(event_note(rq, "signed_up", in.user.id));
    return sign_in_answer(rq, rs, &in.sign_in);
}

err register_password(struct request *rq, struct response *rs) {
    return set_password(rq, rs, true);
}

err internal_register(struct request *rq, struct response *rs) {
    return set_password(rq, rs, false);
}
