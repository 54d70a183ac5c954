/* What an authorization request is answered with when it is granted: a code, tokens, or both (OAuth
 * 2.0 Multiple Response Types 5, OIDC Core 3.1.2.5, 3.2.2.5, 3.3.2.5). */
#ifndef AUTHZ_AUTHORIZATION_ANSWER_H
#define AUTHZ_AUTHORIZATION_ANSWER_H

#include "authz/authorization.h"
#include "authz/protocol/account.h"

struct authorization_answer {
    str code;         /* each absent where the response type has none */
    str access_token; /* with the three that tell of it */
    int64_t expires_in_s;
    str scope;
    str id_token;
};

/* Makes all that the response type asks for. An access token belongs to a grant of its own, which
 * is durable before anything is answered, ends with it, and is revoked if the code beside it comes
 * twice. E_defer on an event loop where something must be written. */
err authorization_answer_make(struct request *rq, const struct authorization *authorization,
                              const struct account *account,
                              struct authorization_answer *out) MUST_CHECK;

#endif
