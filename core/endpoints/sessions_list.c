/* GET /auth/sessions: where the API is signed in for who asks, the last used first. */
#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"
#include "core/store/api_sign_in.h"

enum { ANSWER_MAX = 128 * 1024 };

static err put_one(struct json_put *j, struct request *rq, const struct api_sign_in *sign_in) {
    str created, used;
    TRY(clock_iso8601(rq->arena, sign_in->created_ms, &created));
    TRY(clock_iso8601(rq->arena, sign_in->used_ms, &used));
    json_put_open(j, '{');
    json_put_str(j, "id", sign_in->id);
    json_put_str(j, "createdAt", created);
    json_put_str(j, "lastUsedAt", used);
    json_put_str_or_null(j, "userAgent", sign_in->user_agent);
    json_put_str_or_null(j, "address", sign_in->remote);
    json_put_bool(j, "isCurrent", str_eq(sign_in->id, endpoints_bearer(rq)->family));
    json_put_close(j, '}');
    return OK;
}

err sessions_list(struct request *rq, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct api_sign_in *list;
    size_t n;
    str json;
    TRY(api_sign_in_list(rq, endpoints_bearer(rq)->user_id, &list, &n));
    json_put_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        TRY(put_one(&j, rq, &list[i]));
    json_put_close(&j, ']');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
