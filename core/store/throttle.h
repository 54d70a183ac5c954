/* Failed attempts, counted by account and by address. While one of the two is blocked nothing is
 * compared and nothing is told: a right secret is answered like a wrong one. */
#ifndef CORE_STORE_THROTTLE_H
#define CORE_STORE_THROTTLE_H

#include "core/world.h"

struct throttle {
    str account, address; /* keyed hashes */
};

/* Of passwords, by e-mail; of second factors, by user. */
#define THROTTLE_PASSWORD "throttle password"
#define THROTTLE_CODE     "throttle code"

/* `what` names the kind of attempt, `account` what is tried for; the address is rq's. */
err throttle_for(struct request *rq, const char *what, str account,
                 struct throttle *out) MUST_CHECK;
/* The transaction of an attempt begins with throttle_open and ends with throttle_settle, so that of
 * many attempts at once no more are judged than one after the other. */

/* E_too_many_requests, with rq->retry_after_s. */
err throttle_open(struct tx *tx, struct request *rq, const struct throttle *throttle) MUST_CHECK;
/* Counts `outcome`: OK forgets the account's failures; a wrong secret (E_INVALID_CREDENTIALS,
 * E_INVALID_CODE) is a failure and gives OK, to be committed: return the outcome afterwards. Every
 * other error comes back, and the transaction with it. */
err throttle_settle(struct tx *tx, struct request *rq, const struct throttle *throttle,
                    err outcome) MUST_CHECK;

/* A mail to throttle->account, of which a few may go at once and then fewer and fewer: *wait_ms is
 * 0 and it is counted, or how long none may. */
err throttle_mail(struct tx *tx, const struct throttle *throttle, int64_t now_ms,
                  int64_t *wait_ms) MUST_CHECK;
/* Forgets the account's failures. */
err throttle_forget(struct tx *tx, const struct throttle *throttle) MUST_CHECK;

#endif
