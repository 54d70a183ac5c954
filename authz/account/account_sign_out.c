/* POST /account/sign-out: every account leaves this browser, as with RP-Initiated Logout. */
#include "authz/account/area.h"
#include "authz/endpoints/endpoints.h"
#include "authz/sign_out.h"

static err leave(struct request *rq, struct area *area, struct response *rs) {
    return sign_out(rq, &area->session, area->session.accounts, area->session.n, STR_ABSENT, rs);
}

err account_sign_out(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, leave);
}
