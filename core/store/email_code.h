/* The code that is mailed to an address which somebody added to an account. */
#ifndef CORE_STORE_EMAIL_CODE_H
#define CORE_STORE_EMAIL_CODE_H

#include "core/outbox.h"
#include "core/store/throttle.h"

struct email_code {
    struct request *rq;
    str email_id, hash;
    struct outbox_mail mail;
    struct throttle throttle; /* of mails to the address, whoever asks for them */
};

/* Before the transaction: a fresh code, and the mail that tells it. */
err email_code_make(struct request *rq, str email_id, str address,
                    struct email_code *out) MUST_CHECK;
/* Inside: it replaces the last one and is mailed. E_COOLDOWN with rq->retry_after_s: less than a
 * minute after the last, or too often of late. */
err email_code_put(struct tx *tx, struct email_code *code) MUST_CHECK;

/* The stored form of a code that came back. */
err email_code_hash(struct request *rq, str email_id, str code, str *out) MUST_CHECK;
/* Inside: uses it up. E_INVALID_CODE (it is counted: commit, then return it), E_CODE_EXPIRED,
 * E_TOO_MANY_ATTEMPTS. */
err email_code_use(struct tx *tx, str email_id, str hash, int64_t now_ms) MUST_CHECK;

#endif
