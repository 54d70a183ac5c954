#include "core/event.h"

#include "common/base/secret.h"
#include "common/ops/log.h"
#include "core/world.h"

err event_note(struct request *rq, const char *event, str user_id) {
    str mark = str_present(user_id) ? S(" ") : S("");
    return STR_JOIN(rq->arena, &rq->event, str_from(event), mark, user_id);
}

err event_note_project(struct request *rq, const char *event, str project_id, str user_id) {
    str mark = str_present(user_id) ? S(" ") : S("");
    LOG(LOG_INFO, "project", LOG_STR("change", str_from(event)), LOG_STR("project", project_id),
        LOG_STR("user", user_id), LOG_STR("by", rq->who), LOG_STR("id", rq->id));
    return STR_JOIN(rq->arena, &rq->event, str_from(event), S(" "), rq->who, S(" "), project_id,
                    mark, user_id);
}

/* A call that is passed on for somebody has that person's Authorization. */
static bool from_service(const struct request *rq) {
    secret good = secret_of(core_of(rq)->service_credential);
    return secret_eq(secret_of(request_header(rq, S("X-Service-Credential"))), good) ||
           secret_eq(secret_of(request_authorization(rq, S("Bearer"))), good);
}

void event_finish(struct request *rq, struct response *rs) {
    if (str_present(rq->event) && from_service(rq))
        response_header_set(rs, "X-Account-Event", rq->event);
}
