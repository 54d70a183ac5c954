/* What a call to the core store did to an account (core/event.h), for the audit trail: rq->event,
 * "sign_in_failed 6f1c…", an event of audit.def, the user if there is one, and the project if it is
 * about one ("project_deleted 6f1c… 90ab…": who did it, and to which), and the member of it whom it
 * is about. */
#ifndef AUTHZ_ACCOUNT_EVENT_H
#define AUTHZ_ACCOUNT_EVENT_H

#include "common/http/http.h"

/* Records it for a call that was passed on, and ends the browser sessions of a person whose
 * password it set. Nothing if there is none, or none that is known here. On a worker. */
void account_event_record(struct request *rq);
/* Whose account it was, or absent. */
str account_event_user(const struct request *rq);
/* Which project's, or absent. */
str account_event_project(const struct request *rq);

#endif
