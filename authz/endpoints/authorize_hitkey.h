/* GET /oauth/authorize with an API Bearer token: the HitKey dialect of docs/api.md. No page and no
 * redirect; whoever holds the person's API token acts for the person, so consent is implied. */
#ifndef AUTHZ_ENDPOINTS_AUTHORIZE_HITKEY_H
#define AUTHZ_ENDPOINTS_AUTHORIZE_HITKEY_H

#include "common/http/http.h"

/* 200 {"redirect_url"}, or the API's errors, rendered; E_defer on an event loop. */
err authorize_hitkey(struct request *rq, struct response *rs) MUST_CHECK;

#endif
