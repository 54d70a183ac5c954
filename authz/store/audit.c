#include "authz/store/audit.h"

#include <assert.h>

#include "authz/authz.h"
#include "authz/store/store.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

static const struct {
    str name;
    bool durable;
} events[] = {
#define AUDIT(id, durable, doc) [AUDIT_##id] = {S_INIT(#id), durable},
#include "authz/audit.def"
#undef AUDIT
};

str audit_event_name(enum audit_event event) {
    return events[event].name;
}

struct audit_entry audit_entry(const struct request *rq, enum audit_event event, str user_id,
                               str client_id, str grant_id) {
    return (struct audit_entry){.event = event,
                                .user_id = user_id,
                                .client_id = client_id,
                                .grant_id = grant_id,
                                .remote = rq->remote,
                                .request_id = rq->id,
                                .time_ms = rq->now_ms};
}

err audit_in(struct tx *tx, const struct audit_entry *entry) {
    if (!entry || !events[entry->event].durable)
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO audit (time_ms, event, user_id, client_id, grant_id, remote,"
                  "                   request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  DB_I(entry->time_ms), DB_T(audit_event_name(entry->event)), DB_T(entry->user_id),
                  DB_T(entry->client_id), DB_T(entry->grant_id), DB_T(entry->remote),
                  DB_T(entry->request_id));
}

void audit_log(const struct audit_entry *entry) {
    str name = audit_event_name(entry->event);
    metrics_add(M_audit, name, 1);
    LOG(LOG_INFO, "audit", LOG_STR("what", name), LOG_STR("user", entry->user_id),
        LOG_STR("client", entry->client_id), LOG_STR("grant", entry->grant_id),
        LOG_STR("remote", entry->remote), LOG_STR("request", entry->request_id));
}

static err write_tx(struct tx *tx, void *arg) {
    return audit_in(tx, arg);
}

void audit_event(const struct request *rq, enum audit_event event, str user_id, str client_id,
                 str grant_id) {
    struct audit_entry entry = audit_entry(rq, event, user_id, client_id, grant_id);
    audit_log(&entry);
    if (!events[event].durable)
        return;
    assert(rq->may_block);
    err e = db_write(authz_of(rq)->store->db, write_tx, &entry);
    if (failed(e))
        log_err(LOG_ERROR, "audit", e);
}
