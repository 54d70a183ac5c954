/* Claims about a person: which of them a scope or a request by name shows. The rows are in
 * claims.def. */
#ifndef AUTHZ_PROTOCOL_CLAIMS_H
#define AUTHZ_PROTOCOL_CLAIMS_H

#include <jansson.h>

#include "common/base/json_put.h"

/* The scope that shows the claim; absent for one that this server does not have. Static. */
str claims_scope_of(str name);
/* Members of an object that is being written: what `person` (claims under their own names) holds
 * and `scope` shows, or `names` (words, or absent) asks for. A claim that is not set is left out
 * (OIDC Core 5.3.2: no null and no empty string), but preferred_order, which is null then. */
err claims_put(struct json_put *j, struct arena *arena, const json_t *person, str scope,
               str names) MUST_CHECK;

struct claims_shown {
    str sub;      /* "id" too */
    str scope;    /* words */
    str names;    /* words, or absent */
    str iss, aud; /* of a signed answer (OIDC Core 5.3.2), or absent */
};
/* The userinfo answer as JSON. */
err claims_userinfo(struct arena *arena, const json_t *person, const struct claims_shown *shown,
                    str *json) MUST_CHECK;

#endif
