#include "authz/account_event.h"

#include "authz/authz.h"
#include "authz/store/client.h"
#include "authz/store/logout.h"
#include "common/ops/log.h"

enum word { EVENT, USER, PROJECT };

static str word_of(const struct request *rq, enum word which) {
    str rest = rq->event, word = STR_ABSENT;
    for (int i = EVENT; i <= (int)which; i++)
        if (!str_next(&rest, ' ', &word))
            return STR_ABSENT;
    return word;
}

static str name_of(const struct request *rq) {
    return word_of(rq, EVENT);
}

str account_event_user(const struct request *rq) {
    return word_of(rq, USER);
}

str account_event_project(const struct request *rq) {
    return word_of(rq, PROJECT);
}

/* Whoever knew the old password is out of every browser, and clients are told. If that fails, no
 * session outlives its next use (person.h), but clients hear of it only when its time is over. */
static void end_sessions(struct request *rq, str user_id) {
    err e = logout_person(authz_of(rq)->store, rq->arena, user_id, rq->now_ms);
    if (failed(e))
        log_err(LOG_ERROR, "sign-out after a new password", e);
}

/* If that fails, membership_check() refuses whoever comes to them. */
static void end_clients(struct request *rq, str project_id) {
    err e = client_delete_project(authz_of(rq)->store, project_id);
    if (failed(e))
        log_err(LOG_ERROR, "removal of the clients of a project", e);
}

static void record(struct request *rq, enum audit_event event) {
    str user_id = account_event_user(rq), project_id = account_event_project(rq);
    audit_event(rq, event, user_id, STR_ABSENT, STR_ABSENT);
    bool new_password = event == AUDIT_password_reset || event == AUDIT_password_changed;
    if (new_password && str_present(user_id))
        end_sessions(rq, user_id);
    if (event == AUDIT_project_deleted && str_present(project_id))
        end_clients(rq, project_id);
}

void account_event_record(struct request *rq) {
    str name = name_of(rq);
    for (int i = 0; str_present(name) && i < AUDIT_count; i++)
        if (str_eq(name, audit_event_name((enum audit_event)i)))
            record(rq, (enum audit_event)i);
}
