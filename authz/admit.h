/* Who may call a route: what admit() found is in rq->caller. */
#ifndef AUTHZ_ADMIT_H
#define AUTHZ_ADMIT_H

#include "common/http/http.h"

/* rq->caller of a CALLER_API_BEARER route: the user of the API Bearer token. */
struct api_user {
    str user_id;
};

/* The user of the request's API Bearer token becomes rq->caller. Blocks. E_unauthorized. */
err admit_api_bearer(struct request *rq) MUST_CHECK;
/* Proves the caller that rq->route asks for. E_unauthorized, E_forbidden. */
err admit(struct request *rq) MUST_CHECK;

#endif
