/* DELETE /auth/sessions/:id: that sign-in ends, with all that was refreshed from it. */
#include "core/endpoints/endpoints.h"
#include "core/store/api_sign_in.h"

err sessions_end(struct request *rq, struct response *rs) {
    TRY(api_sign_in_end(rq, endpoints_bearer(rq)->user_id, rq->args[0]));
    return endpoints_message(rq, rs, S("Signed out there"));
}
