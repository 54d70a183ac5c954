/* Audit events: who did what, through which client, from where. Each is a log line and a count at
 * once; the durable ones (authz/audit.def) are rows of authz.db too.
 *
 *     struct audit_entry entry = audit_entry(rq, AUDIT_consent_allowed, user_id, client_id,
 * absent); TRY(audit_in(tx, &entry));      inside the transaction that it tells of, and then
 *     audit_log(&entry);              once that is durable
 *
 * or, where nothing else is written, audit_event(rq, AUDIT_sign_in_failed, …). */
#ifndef AUTHZ_STORE_AUDIT_H
#define AUTHZ_STORE_AUDIT_H

#include "common/db/db.h"
#include "common/http/http.h"

enum audit_event {
#define AUDIT(id, durable, doc) AUDIT_##id,
#include "authz/audit.def"
#undef AUDIT
    AUDIT_count
};

struct audit_entry {
    enum audit_event event;
    str user_id, client_id, grant_id; /* or absent */
    str remote, request_id;
    int64_t time_ms;
};

struct audit_entry audit_entry(const struct request *rq, enum audit_event event, str user_id,
                               str client_id, str grant_id);
/* The row of a durable event, in the caller's transaction. NULL: nothing to write. */
err audit_in(struct tx *tx, const struct audit_entry *entry) MUST_CHECK;
/* The log line and the count. */
void audit_log(const struct audit_entry *entry);
/* All of it. A durable event waits for the disk: not for an event loop. A row that cannot be
 * written is logged as an error; what the person was doing goes on. */
void audit_event(const struct request *rq, enum audit_event event, str user_id, str client_id,
                 str grant_id);
/* "sign_in"; static. */
str audit_event_name(enum audit_event event);

#endif
