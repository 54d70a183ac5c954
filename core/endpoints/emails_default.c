/* PATCH /auth/emails/:id/default: mails about the account go there, and apps are told it. */
#include "core/endpoints/emails.h"

err emails_default(struct request *rq, struct response *rs) {
    struct email_change change = emails_change(rq, rq->args[0]);
    TRY(email_make_default(&change));
    TRY(emails_note(&change, "email_made_default"));
    return emails_answer(rq, rs, 200, &change.email);
}
