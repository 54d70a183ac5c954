/* GET /internal/users/:id: the user's claims under their OpenID Connect names, those that are set,
 * and signed_out_ms: sign-ins up to then do not count any more. */
#include "core/endpoints/endpoints.h"
#include "core/profile.h"

err internal_user(struct request *rq, struct response *rs) {
    struct user user = {0};
    str json;
    TRY(user_read(core_of(rq)->db, rq->arena, rq->args[0], &user));
    TRY(profile_claims_json(rq->arena, &user, &json));
    response_json(rs, 200, json);
    return OK;
}
