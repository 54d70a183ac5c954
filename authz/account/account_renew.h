/* A sign-in of this browser that begins now, for a person who has just proven who they are. */
#ifndef AUTHZ_ACCOUNT_ACCOUNT_RENEW_H
#define AUTHZ_ACCOUNT_ACCOUNT_RENEW_H

#include "authz/account/area.h"

/* A new cookie, and area->account with the new sid: after its sign-ins were ended by a new password
 * (person.h). The same amr and acr. */
err account_renew(struct request *rq, struct area *area, struct response *rs) MUST_CHECK;
/* The same of somebody else, whom the browser has not known: `amr` are words. */
err account_begin(struct request *rq, struct area *area, str user_id, str amr,
                  struct response *rs) MUST_CHECK;

#endif
