/* What turning the second factor on and off share: a signed-in user, a code, a notice by mail; and
 * wrong codes count. */
#ifndef CORE_ENDPOINTS_TWO_FACTOR_CHANGE_H
#define CORE_ENDPOINTS_TWO_FACTOR_CHANGE_H

#include "core/endpoints/endpoints.h"
#include "core/mails.h"
#include "core/store/second_factor.h"

struct two_factor_change {
    struct request *rq;
    str code;
    struct outbox_mail mail;
    struct user user;
    struct recovery_codes codes;
    struct throttle throttle;
    err (*change)(struct tx *tx, const struct two_factor_change *in);
    err outcome;
};

/* Reads the body {"code"} and runs in->change, which judges the code. `event`: what was changed. */
err two_factor_change_run(struct two_factor_change *in, enum mail_kind notice,
                          const char *event) MUST_CHECK;

/* {"message","recovery_codes"}: they are shown this once. */
err two_factor_change_codes(struct request *rq, struct response *rs, str message,
                            const struct recovery_codes *codes) MUST_CHECK;

#endif
