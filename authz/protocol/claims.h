/* Claims about a person: which of them a scope shows. The rows are in claims.def. */
#ifndef AUTHZ_PROTOCOL_CLAIMS_H
#define AUTHZ_PROTOCOL_CLAIMS_H

#include <jansson.h>

#include "common/base/str.h"

/* The userinfo answer as JSON: what `person` (claims under their own names) holds and `scope`
 * shows. "sub" is always there, and "id" beside it. A claim that is not set is left out (OIDC Core
 * 5.3.2: no null and no empty string), but preferred_order, which is null then. E_internal: the
 * person has no sub. */
err claims_for_scope(struct arena *arena, const json_t *person, str scope, str *json) MUST_CHECK;

#endif
