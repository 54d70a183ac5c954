#include "core/endpoints/two_factor_change.h"

#include "common/base/json_put.h"
#include "core/event.h"

enum { ANSWER_MAX = 4096 };

static const struct field fields[] = {FIELD_ROW_CODE(struct two_factor_change)};
FIELD_TABLE(code_takes, fields);

static err read_user(struct tx *tx, void *arg) {
    struct two_factor_change *in = arg;
    return user_get(tx, in->rq->arena, endpoints_bearer(in->rq)->user_id, &in->user);
}

static err run(struct tx *tx, void *arg) {
    struct two_factor_change *in = arg;
    TRY(throttle_open(tx, in->rq, &in->throttle));
    TRY(read_user(tx, in));
    in->outcome = in->change(tx, in);
    TRY(throttle_settle(tx, in->rq, &in->throttle, in->outcome));
    return failed(in->outcome) ? OK : outbox_put(tx, &in->mail);
}

err two_factor_change_run(struct two_factor_change *in, enum mail_kind notice, const char *event) {
    struct request *rq = in->rq;
    struct core *core = core_of(rq);
    in->outcome = OK;
    TRY(fields_read_body(rq, in));
    TRY(db_read(core->db, read_user, in));
    TRY(throttle_for(rq, THROTTLE_CODE, in->user.id, &in->throttle));
    TRY(mails_write(rq, notice, in->user.email, NULL, &in->mail));
    TRY(db_write(core->db, run, in));
    if (err_is(in->outcome, E_INVALID_CODE))
        TRY(event_note(rq, "second_factor_failed", in->user.id));
    TRY(in->outcome);
    outbox_wake(core->outbox);
    return event_note(rq, event, in->user.id);
}

err two_factor_change_codes(struct request *rq, struct response *rs, str message,
                            const struct recovery_codes *codes) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "message", message);
    json_put_open_at(&j, "recovery_codes", '[');
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++)
        json_put_item_str(&j, codes->plain[i]);
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
