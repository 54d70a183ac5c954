/* DELETE /auth/emails/:id: it no longer signs in, and belongs to nobody. */
#include "core/endpoints/emails.h"

err emails_remove(struct request *rq, struct response *rs) {
    struct email_change change = emails_change(rq, rq->args[0]);
    TRY(email_remove(&change));
    TRY(emails_note(&change, "email_removed"));
    return endpoints_message(rq, rs, S("Email removed"));
}
