/* POST /interaction/cancel: back to the app without having signed in. */
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"

err interaction_cancel(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    TRY(flow_resume(rq, &form, &flow));
    return flow_refuse(rq, &flow, FAIL(access_denied, "the person went back"), rs);
}
