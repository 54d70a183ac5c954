/* What another part of HitKey asks: who holds a token, what is known of a user. */
#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"
#include "core/profile.h"

/* The token is the user's, in X-Api-Token: Authorization may carry the service's credential. */
err internal_bearer(struct request *rq, struct response *rs) {
    struct api_token token = {0};
    str given = request_header(rq, S("X-Api-Token")), json;
    if (!str_present(given))
        given = request_authorization(rq, S("Bearer"));
    TRY(api_token_check(core_of(rq), rq->arena, given, rq->now_ms, &token));
    struct json_put j = json_put_begin(rq->arena, 1024);
    json_put_open(&j, '{');
    json_put_str(&j, "user_id", token.user_id);
    json_put_int(&j, "auth_time", token.signed_in_ms / 1000);
    json_put_words(&j, "amr", token.amr);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err internal_user(struct request *rq, struct response *rs) {
    struct user user = {0};
    str json;
    TRY(user_read(core_of(rq)->db, rq->arena, rq->args[0], &user));
    TRY(profile_claims_json(rq->arena, &user, &json));
    response_json(rs, 200, json);
    return OK;
}
