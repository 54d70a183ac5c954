/* The people of the core store, as the protocol needs them. */
#ifndef AUTHZ_PERSON_H
#define AUTHZ_PERSON_H

#include <jansson.h>

#include "common/http/http.h"

/* Their claims under their OpenID Connect names, all of them; the caller drops the json.
 * E_not_found: there is no such user (any more). E_core_unavailable. E_defer on an event loop if
 * the core store is not in this process. */
err person_read(struct request *rq, str user_id, json_t **out) MUST_CHECK;
/* E_not_found, as above. */
err person_exists(struct request *rq, str user_id) MUST_CHECK;

#endif
