/* POST /auth/2fa/recovery-codes: ten new ones for a code of the app or one of the old; shown once.
 */
#include "common/ops/log.h"
#include "core/endpoints/two_factor_change.h"

static err renew(struct tx *tx, const struct two_factor_change *in) {
    return second_factor_renew(tx, in->rq, &in->user, in->code, &in->codes);
}

err two_factor_renew(struct request *rq, struct response *rs) {
    struct two_factor_change in = {.rq = rq, .change = renew};
    str user_id = endpoints_bearer(rq)->user_id;
    TRY(second_factor_make_codes(rq, user_id, &in.codes));
    TRY(two_factor_change_run(&in, MAIL_recovery_codes, "recovery_codes_made"));
    LOG(LOG_INFO, "recovery codes renewed", LOG_STR("user", user_id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    return two_factor_change_codes(rq, rs, S("The old recovery codes no longer work"), &in.codes);
}
