/* An e-mail address on its way to an account: the code mailed to it, and that it came back. */
#ifndef CORE_STORE_REGISTRATION_H
#define CORE_STORE_REGISTRATION_H

#include "core/store/user.h"
#include "core/world.h"

enum { REGISTRATION_CODE_DIGITS = 6 };

/* E_EMAIL_ALREADY_VERIFIED is told thirty times an hour to an internet address, by all of these
 * together; then it is E_too_many_requests whatever is asked. */

/* Mails a new code, which replaces the last. E_EMAIL_ALREADY_VERIFIED; E_COOLDOWN with
 * rq->retry_after_s: less than a minute ago, or too often of late. */
err registration_send_code(struct request *rq, str email) MUST_CHECK;
/* The password must come from where the code came from. Pages have a secret of the browser for
 * that, `binding`. The API carries none from the code to the password (absent), so there it is the
 * address (of IPv6, the /64). Neither takes up what the other has verified. */
struct registration {
    struct request *rq;
    str email, from;
};
err registration_of(struct request *rq, str email, str binding,
                    struct registration *out) MUST_CHECK;
/* E_EMAIL_ALREADY_VERIFIED, E_NO_CODE, E_CODE_EXPIRED, E_TOO_MANY_ATTEMPTS, E_INVALID_CODE
 * (counted, durably). A code works once. */
err registration_verify(const struct registration *registration, str code) MUST_CHECK;
/* Whether registration_finish may follow, before a password is hashed for it: E_EMAIL_UNVERIFIED,
 * E_EMAIL_ALREADY_VERIFIED. */
err registration_ask(const struct registration *registration) MUST_CHECK;
/* Uses the verified address up and stores the user, inside a transaction; the same errors. */
err registration_finish(struct tx *tx, const struct registration *registration,
                        const struct user *user, str email_id) MUST_CHECK;

#endif
