/* POST /auth/2fa/enable: the app has the secret; recovery codes are shown, once. */
#include "common/ops/log.h"
#include "core/endpoints/two_factor_change.h"

static err enable(struct tx *tx, const struct two_factor_change *in) {
    return second_factor_enable(tx, in->rq, &in->user, in->code, &in->codes);
}

err two_factor_enable(struct request *rq, struct response *rs) {
    struct two_factor_change in = {.rq = rq, .change = enable};
    str user_id = endpoints_bearer(rq)->user_id;
    TRY(second_factor_make_codes(rq, user_id, &in.codes));
    TRY(two_factor_change_run(&in, MAIL_two_factor_on, "second_factor_on"));
    LOG(LOG_INFO, "second factor on", LOG_STR("user", user_id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    return two_factor_change_codes(rq, rs, S("Two-factor authentication enabled"), &in.codes);
}
