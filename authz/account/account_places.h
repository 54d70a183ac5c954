/* The browsers in which a person is signed in, and the end of those sign-ins. */
#ifndef AUTHZ_ACCOUNT_ACCOUNT_PLACES_H
#define AUTHZ_ACCOUNT_ACCOUNT_PLACES_H

#include "authz/account/area.h"
#include "authz/store/session_list.h"

err account_places(struct request *rq, const struct area *area,
                   struct session_places *out) MUST_CHECK;
/* Ends one of them, of this person alone: E_not_found otherwise. Its clients are told
 * (store/logout.h). */
err account_places_end(struct request *rq, const struct area *area, str sid) MUST_CHECK;
/* Ends all but the one that asks. */
err account_places_end_others(struct request *rq, const struct area *area) MUST_CHECK;

#endif
