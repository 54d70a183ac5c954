/* The account API: /auth, /users, /projects and /invites are the core store's. */
#include "authz/authz.h"
#include "authz/core_link.h"
#include "authz/endpoints/endpoints.h"

err proxy(struct request *rq, struct response *rs) {
    return core_link_forward(authz_of(rq)->core, rq, rs);
}
