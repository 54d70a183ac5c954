/* POST /auth/emails/resend: a new code for an address that waits for one. */
#include "core/endpoints/emails.h"

err emails_resend(struct request *rq, struct response *rs) {
    struct email_change change = emails_change(rq, STR_ABSENT);
    TRY(endpoints_read_email(rq, &change.email.address));
    TRY(email_send_code(&change));
    return endpoints_message(rq, rs, S("Verification code sent"));
}
