/* POST /auth/password/reset: the token of a mailed link and a new password. */
#include "core/store/password_reset.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/event.h"

struct reset_body {
    str token, password;
};

static const struct field fields[] = {
    {"token", FIELD_TEXT, FIELD_REQUIRED, 1, 200, offsetof(struct reset_body, token), NULL},
    FIELD_ROW_NEW_PASSWORD(struct reset_body),
};
FIELD_TABLE(password_reset_takes, fields);

/* What it was is written first: once the password is set nothing may keep that from being told. */
static err use(struct request *rq, const struct password_reset *reset, str hash) {
    TRY(event_note(rq, "password_reset", reset->user.id));
    err e = password_reset_use(reset, hash);
    if (failed(e))
        rq->event = STR_ABSENT;
    return e;
}

err password_reset(struct request *rq, struct response *rs) {
    struct reset_body body = {0};
    struct password_reset reset;
    str hash;
    TRY(fields_read_body(rq, &body));
    TRY(password_reset_find(rq, body.token, &reset));
    TRY(endpoints_new_password(rq, body.password, reset.user.email, &hash));
    TRY(use(rq, &reset, hash));
    rq->who = reset.user.id;
    LOG(LOG_INFO, "password changed", LOG_STR("user", reset.user.id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    return endpoints_message(rq, rs, S("Password changed"));
}
