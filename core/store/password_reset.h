/* Links that set a new password: one use, fifteen minutes. */
#ifndef CORE_STORE_PASSWORD_RESET_H
#define CORE_STORE_PASSWORD_RESET_H

#include "core/store/user.h"
#include "core/world.h"

/* Mails a link if the address is a verified one and not too many were mailed of late. Nobody can
 * tell: the work and the result are the same. */
err password_reset_mail(struct request *rq, str email) MUST_CHECK;

struct password_reset {
    struct request *rq;
    str hash;         /* of the token */
    struct user user; /* whose it is: filled by password_reset_find */
};
/* E_INVALID_TOKEN, E_TOKEN_EXPIRED. */
err password_reset_find(struct request *rq, str token, struct password_reset *out) MUST_CHECK;
/* Uses the link up, sets the password, ends every API sign-in of the user, and mails a notice. */
err password_reset_use(const struct password_reset *reset, str password_hash) MUST_CHECK;

#endif
