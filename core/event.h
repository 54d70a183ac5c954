/* What a call did to an account, for the audit trail of hitkey-authz, in the words of
 * authz/audit.def. It is no part of the answer, which goes to whoever asked: in process it is left
 * at the request, over a socket it is a header for those who show the service credential.
 *
 * password_changed and password_reset end browser sessions too: the call sets the person's
 * signed_out_ms (GET /internal/users/:id), and no sign-in up to then counts any more, the asking
 * browser's included. A page that changes the password signs its own browser in anew, after the
 * answer; the API's asking sign-in goes on by itself. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "common/http/http.h"

/* The user may be absent: nobody has this address. */
err event_note(struct request *rq, const char *event, str user_id) MUST_CHECK;
/* The same of a project, with a line in the log: the caller did it to this project, and to this
 * member of it, who may be absent. */
err event_note_project(struct request *rq, const char *event, str project_id,
                       str user_id) MUST_CHECK;
/* The end of every answer (struct app): X-Account-Event, if the caller may have it. */
void event_finish(struct request *rq, struct response *rs);

#endif
