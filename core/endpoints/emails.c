#include "core/endpoints/emails.h"

#include "common/ops/log.h"
#include "core/event.h"
#include "core/profile.h"

enum { ANSWER_MAX = 2048 };

struct email_change emails_change(struct request *rq, str id) {
    return (struct email_change){
        .rq = rq, .user = {.id = endpoints_bearer(rq)->user_id}, .email = {.id = id}};
}

err emails_note(const struct email_change *change, const char *event) {
    struct request *rq = change->rq;
    LOG(LOG_INFO, "email changed", LOG_STR("change", str_from(event)),
        LOG_STR("user", change->user.id), LOG_STR("remote", rq->remote), LOG_STR("id", rq->id));
    return event_note(rq, event, change->user.id);
}

err emails_answer(struct request *rq, struct response *rs, int status, const struct email *email) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    profile_put_email(&j, email);
    TRY(json_put_done(&j, &json));
    response_json(rs, status, json);
    return OK;
}
