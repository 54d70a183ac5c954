/* POST /auth/logout: this sign-in ends, with all that was refreshed from it. */
#include "core/endpoints/endpoints.h"

err api_logout(struct request *rq, struct response *rs) {
    TRY(api_token_end(core_of(rq), endpoints_bearer(rq)->family));
    return endpoints_message(rq, rs, S("Logged out"));
}
