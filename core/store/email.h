/* What people do with their e-mail addresses. Every change is told by mail to the address that was
 * the default until then.
 *
 * Several people may claim an address; whoever proves it first has it, and the others learn that
 * with E_EMAIL_ALREADY_IN_USE. */
#ifndef CORE_STORE_EMAIL_H
#define CORE_STORE_EMAIL_H

#include "core/store/user.h"
#include "core/world.h"

enum { EMAIL_CODE_DIGITS = 6 };

struct email_change {
    struct request *rq;
    struct user user;   /* whose: only the id is given */
    struct email email; /* which: the id or the address is given */
};

/* The address is one of the user's from now on, and a code is mailed to it.
 * E_EMAIL_ALREADY_IN_USE: it is there already, or somebody has proven it (counted, durably:
 * E_too_many_requests when it was told too often); E_TOO_MANY_EMAILS; E_COOLDOWN with
 * rq->retry_after_s: too many were added or mailed of late. */
err email_add(struct email_change *change) MUST_CHECK;
/* A new code, which replaces the last. E_EMAIL_NOT_FOUND, E_EMAIL_ALREADY_VERIFIED, E_COOLDOWN. */
err email_send_code(struct email_change *change) MUST_CHECK;
/* The code came back. E_EMAIL_NOT_FOUND, E_EMAIL_ALREADY_VERIFIED, E_INVALID_CODE (counted,
 * durably), E_CODE_EXPIRED, E_TOO_MANY_ATTEMPTS, E_EMAIL_ALREADY_IN_USE. */
err email_verify(struct email_change *change, str code) MUST_CHECK;
/* E_EMAIL_NOT_FOUND, E_EMAIL_NOT_PROVEN. */
err email_make_default(struct email_change *change) MUST_CHECK;
/* Links to set a new password end; of the other proven ones the oldest becomes the default if this
 * was it. E_EMAIL_NOT_FOUND, E_ONLY_VERIFIED_EMAIL. */
err email_remove(struct email_change *change) MUST_CHECK;

#endif
