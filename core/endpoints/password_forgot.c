/* POST /auth/password/forgot: the same answer, after the same work, for every e-mail; so nobody is
 * told whose it is either. */
#include "core/endpoints/endpoints.h"
#include "core/event.h"
#include "core/store/password_reset.h"

err password_forgot(struct request *rq, struct response *rs) {
    str email;
    TRY(endpoints_read_email(rq, &email));
    TRY(password_reset_mail(rq, email));
    TRY(event_note(rq, "password_forgotten", STR_ABSENT));
    return endpoints_message(rq, rs, S("If an account has this email, a reset link was sent"));
}
