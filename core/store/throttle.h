/* Failed sign-ins, counted by account and by address. While one is blocked nothing is compared, so
 * that a right password is no different from a wrong one. */
#ifndef CORE_STORE_THROTTLE_H
#define CORE_STORE_THROTTLE_H

#include "core/world.h"

struct throttle {
    str account, address; /* keyed hashes */
};

err throttle_for(struct request *rq, str account, struct throttle *out) MUST_CHECK;
/* E_too_many_requests, with rq->retry_after_s. */
err throttle_check(struct request *rq, const struct throttle *throttle) MUST_CHECK;
/* Counts a failure, durably. */
err throttle_failed(struct request *rq, const struct throttle *throttle) MUST_CHECK;
/* Inside the transaction of a success: forgets the account's failures. */
err throttle_succeeded(struct tx *tx, const struct throttle *throttle) MUST_CHECK;

#endif
