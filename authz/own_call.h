/* Calls of authz's own part of the account API (/oauth/clients, /projects/:slug/clients) that our
 * pages make for a person: the same routes and handlers as for everybody, and no other way in. */
#ifndef AUTHZ_OWN_CALL_H
#define AUTHZ_OWN_CALL_H

#include "authz/core_link.h"

/* Whether authz answers it itself; else it is the core store's. */
bool own_call_is(const struct request *rq, const struct core_call *call);
/* Makes it for call->acting. OK for every answer: read rs->status and rs->body. */
err own_call_make(struct request *rq, const struct core_call *call, struct response *rs) MUST_CHECK;

#endif
