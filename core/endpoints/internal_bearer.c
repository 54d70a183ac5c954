/* GET /internal/bearer: whose API token is this? In process it is in Authorization; over a socket
 * that carries the service's credential, and the token comes in X-Api-Token. */
#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"

enum { ANSWER_MAX = 1024 };

err internal_bearer(struct request *rq, struct response *rs) {
    struct api_token token = {0};
    str given = request_header(rq, S("X-Api-Token")), json;
    if (!str_present(given))
        given = request_authorization(rq, S("Bearer"));
    TRY(api_token_check(core_of(rq), rq->arena, given, rq->now_ms, &token));
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "user_id", token.user_id);
    json_put_int(&j, "signed_in_ms", token.signed_in_ms);
    json_put_words(&j, "amr", token.amr);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
