/* What was just done, told once on the page that follows: a change answers 303 (RFC 9110 15.4.4),
 * so that reloading does not repeat it, and the next page says in a sentence what came of it.
 *
 * The sentence travels in a cookie, sealed for one sign-in: no link can make our pages say things,
 * and nobody reads what was told to another account. */
#ifndef AUTHZ_ACCOUNT_FLASH_H
#define AUTHZ_ACCOUNT_FLASH_H

#include "common/http/http.h"

enum { FLASH_MAX = 1024, FLASH_LIFE_S = 60 };

/* Longer than FLASH_MAX is a bug of ours: asserts. */
err flash_set(struct request *rq, struct response *rs, str sid, str sentence) MUST_CHECK;
/* Absent if there is none for this sign-in. It is told once: the cookie goes. */
err flash_take(struct request *rq, struct response *rs, str sid, str *sentence) MUST_CHECK;

#endif
