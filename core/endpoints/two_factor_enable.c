/* POST /auth/2fa/enable: the app has the secret; recovery codes are shown, once. */
#include "common/base/json_put.h"
#include "common/ops/log.h"
#include "core/endpoints/two_factor_change.h"

enum { ANSWER_MAX = 4096 };

static err enable(struct tx *tx, const struct two_factor_change *in) {
    return second_factor_enable(tx, in->rq, &in->user, in->code, &in->codes);
}

static err answer(struct request *rq, struct response *rs, const struct recovery_codes *codes) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "message", S("Two-factor authentication enabled"));
    json_put_open_at(&j, "recovery_codes", '[');
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++)
        json_put_item_str(&j, codes->plain[i]);
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err two_factor_enable(struct request *rq, struct response *rs) {
    struct two_factor_change in = {.rq = rq, .change = enable};
    str user_id = endpoints_bearer(rq)->user_id;
    TRY(second_factor_make_codes(rq, user_id, &in.codes));
    TRY(two_factor_change_run(&in, MAIL_two_factor_on, "second_factor_on"));
    LOG(LOG_INFO, "second factor on", LOG_STR("user", user_id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    return answer(rq, rs, &in.codes);
}
