/* The text of an authorization code: what was decided, sealed (protocol/code.h); or, if that would
 * be too long for a URL, a random name for it in the store. */
#ifndef AUTHZ_AUTHORIZATION_CODE_H
#define AUTHZ_AUTHORIZATION_CODE_H

#include "authz/authorization.h"
#include "authz/protocol/account.h"
#include "authz/protocol/code.h"

enum { AUTHORIZATION_CODE_MAX = 1500 }; /* characters */

/* A code for the account, as the request asks. A long one is stored: E_defer on an event loop. */
err authorization_code_make(struct request *rq, const struct authorization *authorization,
                            const struct account *account, str *text) MUST_CHECK;
/* E_invalid_grant: not a code of ours. Expiry is the caller's to check. */
err authorization_code_open(struct request *rq, str text, struct code *out) MUST_CHECK;

#endif
