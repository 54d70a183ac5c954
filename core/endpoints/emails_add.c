/* POST /auth/emails: another address, which counts once the code that is mailed to it comes back.
 */
#include "core/endpoints/emails.h"

err emails_add(struct request *rq, struct response *rs) {
    struct email_change change = emails_change(rq, STR_ABSENT);
    TRY(endpoints_read_email(rq, &change.email.address));
    TRY(email_add(&change));
    TRY(emails_note(&change, "email_added"));
    return emails_answer(rq, rs, 201, &change.email);
}
