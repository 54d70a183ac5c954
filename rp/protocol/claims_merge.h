/* Which claims may come from where. */
#ifndef RP_PROTOCOL_CLAIMS_MERGE_H
#define RP_PROTOCOL_CLAIMS_MERGE_H

#include <jansson.h>

#include "common/base/str.h"

/* Claims that only the ID token may say: who issued it, to whom, when, and how the user came to be
 * authenticated. Userinfo and other sources of claims do not change or add them. */
bool claim_is_protected(str name);
/* The claims of a user: those of the ID token (NULL: there is none), and over them those of
 * userinfo (NULL: not asked), but for the protected ones; sub is userinfo's when there is no ID
 * token. The caller frees *out. */
err claims_merge(const json_t *id_token, const json_t *userinfo, json_t **out) MUST_CHECK;

#endif
