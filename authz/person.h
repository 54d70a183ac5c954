/* The people of the core store, as the protocol needs them. */
#ifndef AUTHZ_PERSON_H
#define AUTHZ_PERSON_H

#include <jansson.h>

#include "common/http/http.h"

/* Who signed in at `signed_in_ms`: their claims under their OpenID Connect names, all
 * of them; the caller drops the json. E_not_found: there is no such user any more, or that sign-in
 * was ended since, as by a password reset. E_core_unavailable. E_defer on an event loop if the core
 * store is not in this process. */
err person_read(struct request *rq, str user_id, int64_t signed_in_ms, json_t **out) MUST_CHECK;
/* The same without the claims. */
err person_check(struct request *rq, str user_id, int64_t signed_in_ms) MUST_CHECK;
/* Until when that person's sign-ins were ended, in ms; 0: never. E_not_found: there is no such
 * user.
 */
err person_signed_out(struct request *rq, str user_id, int64_t *until_ms) MUST_CHECK;

#endif
