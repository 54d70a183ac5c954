/* What the account pages show of a client. */
#ifndef AUTHZ_ACCOUNT_ACCOUNT_APP_H
#define AUTHZ_ACCOUNT_ACCOUNT_APP_H

#include "common/http/http.h"

struct account_app {
    str name;      /* its id if it has none */
    str uri, logo; /* https, or absent */
};

/* In the language of the request. Its metadata may be long, and a page shows many: it is read in
 * memory of its own. E_not_found: it is gone. */
err account_app(struct request *rq, str client_id, struct account_app *out) MUST_CHECK;

#endif
