/* The text of an authorization code: what was decided, sealed (protocol/code.h); or, if that would
 * be too long for a URL, a random name for it in the store. */
#ifndef AUTHZ_AUTHORIZATION_CODE_H
#define AUTHZ_AUTHORIZATION_CODE_H

#include "authz/authorization.h"
#include "authz/protocol/account.h"
#include "authz/protocol/code.h"
#include "authz/store/grant.h"

enum { AUTHORIZATION_CODE_MAX = 1500 }; /* characters */

/* What the request is granted for the account. */
err authorization_code_plan(struct request *rq, const struct authorization *authorization,
                            const struct account *account, struct code *out) MUST_CHECK;
/* Its text. A long one is stored: E_defer on an event loop. */
err authorization_code_write(struct request *rq, const struct code *code, str *text) MUST_CHECK;
/* The grant that it stands for, which begins now, under a new id. */
err authorization_code_grant(struct request *rq, const struct code *code, int64_t life_s,
                             struct grant *out) MUST_CHECK;
/* E_invalid_grant: not a code of ours. Expiry is the caller's to check. */
err authorization_code_open(struct request *rq, str text, struct code *out) MUST_CHECK;

#endif
