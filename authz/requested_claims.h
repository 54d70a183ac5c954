/* What a request demands of the claims in its answer: which are shown beside the scope, how strong
 * the sign-in must be, who the person must be (OIDC Core 3.1.2.1, 5.5). */
#ifndef AUTHZ_REQUESTED_CLAIMS_H
#define AUTHZ_REQUESTED_CLAIMS_H

#include "authz/authorization.h"

/* Fills the members from `claims` to `acr`, once client and scope are settled.
 * E_invalid_request: a malformed claims or id_token_hint. E_unmet_authentication_requirements: an
 * essential acr that there is not. E_login_required: nobody can be who is expected. */
err requested_claims_read(struct request *rq, struct authorization *authorization) MUST_CHECK;
/* Whether this user may be the person: nobody is expected, or this one is. */
err requested_claims_expect(struct request *rq, const struct authorization *authorization,
                            str user_id, bool *out) MUST_CHECK;

#endif
