/* POST /auth/register/start and /auth/register/resend: a code is mailed to an address that has no
 * account yet. Both do the same: an address on its way looks like one never seen. */
#include "core/endpoints/endpoints.h"
#include "core/store/registration.h"

static err send_code(struct request *rq, struct response *rs) {
    str email;
    TRY(endpoints_read_email(rq, &email));
    TRY(registration_send_code(rq, email));
    return endpoints_message(rq, rs, S("Verification code sent"));
}

err register_start(struct request *rq, struct response *rs) {
    return send_code(rq, rs);
}

err register_resend(struct request *rq, struct response *rs) {
    return send_code(rq, rs);
}
