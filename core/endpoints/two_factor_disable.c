/* POST /auth/2fa/disable: with a code of the app or a recovery code. */
#include "common/ops/log.h"
#include "core/endpoints/two_factor_change.h"

static err disable(struct tx *tx, const struct two_factor_change *in) {
    str amr;
    REQUIRE(str_present(in->user.totp_secret), NOT_ENABLED, "Two-factor sign-in is not on");
    TRY(second_factor_use(tx, in->rq, &in->user, in->code, &amr));
    return second_factor_disable(tx, in->user.id);
}

err two_factor_disable(struct request *rq, struct response *rs) {
    struct two_factor_change in = {.rq = rq, .change = disable};
    TRY(two_factor_change_run(&in, MAIL_two_factor_off, "second_factor_off"));
    LOG(LOG_INFO, "second factor off", LOG_STR("user", in.user.id), LOG_STR("remote", rq->remote),
        LOG_STR("id", rq->id));
    return endpoints_message(rq, rs, S("Two-factor authentication disabled"));
}
