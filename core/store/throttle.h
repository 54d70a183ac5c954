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
/* Of mails with a code, by the address that they go to, whoever asks for them. */
#define THROTTLE_CODE_MAILS "throttle codes"

/* `what` names the kind of attempt, `account` what is tried for; the address is rq's. */
err throttle_for(struct request *rq, const char *what, str account,
                 struct throttle *out) MUST_CHECK;
/* The transaction of an attempt begins with throttle_open and ends with throttle_settle, so that of
 * many attempts at once no more are judged than one after the other. */

/* E_too_many_requests, with rq->retry_after_s. */
err throttle_open(struct tx *tx, struct request *rq, const struct throttle *throttle) MUST_CHECK;
/* Counts `outcome`: OK forgets the account's failures; a wrong secret (E_INVALID_CREDENTIALS,
 * E_INVALID_PASSWORD, E_INVALID_CODE) is a failure and gives OK, to be committed: return the
 * outcome afterwards. Every other error comes back, and the transaction with it. */
err throttle_settle(struct tx *tx, struct request *rq, const struct throttle *throttle,
                    err outcome) MUST_CHECK;

/* A mail to throttle->account, of which a few may go at once and then fewer and fewer: *wait_ms is
 * 0 and it is counted, or how long none may. */
err throttle_mail(struct tx *tx, const struct throttle *throttle, int64_t now_ms,
                  int64_t *wait_ms) MUST_CHECK;
/* The same for a mail with a code, the last of which went at sent_ms (0: never): not within a
 * minute either. E_COOLDOWN with rq->retry_after_s. */
err throttle_code_mail(struct tx *tx, struct request *rq, const struct throttle *throttle,
                       int64_t sent_ms) MUST_CHECK;

/* What may be done only so often an hour, however it ends: `allowed` times by the account, and
 * address_allowed times from the internet address. `what` names it, the account may be absent. */
struct throttle_budget {
    struct throttle throttle;
    int64_t allowed, address_allowed;
};
err throttle_budget_for(struct request *rq, const char *what, str account,
                        struct throttle_budget *out) MUST_CHECK;
/* Of answers that tell whether an address has an account. */
err throttle_budget_of_answers(struct request *rq, str account,
                               struct throttle_budget *out) MUST_CHECK;
/* One more: throttle_open says when it was used up. */
err throttle_spend(struct tx *tx, const struct throttle_budget *budget, int64_t now_ms) MUST_CHECK;
/* Spends one if `outcome` tells that the address has an account, and gives OK, to be committed:
 * return the outcome afterwards. Every other error comes back. */
err throttle_spend_on(struct tx *tx, const struct throttle_budget *budget, int64_t now_ms,
                      err outcome) MUST_CHECK;
/* Forgets the account's failures. */
err throttle_forget(struct tx *tx, const struct throttle *throttle) MUST_CHECK;

#endif
