/* GET /oauth/check-session: the frame of OpenID Connect Session Management 1.0 3.2. */
#include "authz/endpoints/endpoints.h"
#include "authz/pages/pages.h"

err check_session(struct request *rq, struct response *rs) {
    return page_check_session(rq, rs);
}
