/* Mails that tell somebody what another did in a project. */
#ifndef CORE_ENDPOINTS_PROJECT_MAILS_H
#define CORE_ENDPOINTS_PROJECT_MAILS_H

#include "core/endpoints/endpoints.h"
#include "core/mails.h"

struct project_mail {
    enum mail_kind kind;
    str to;      /* a user's id */
    str by;      /* a user's id, whose name is told; absent: nobody's */
    str project; /* its name */
    str address; /* that the mail tells of, or absent */
    str cause;   /* as in mails.h */
};

/* Inside the transaction of the change, which is made too where no mail goes: the user is gone, or
 * has too many. The mail is in the language of the recipient's profile. After it: outbox_wake. */
err project_mail_put(struct tx *tx, struct request *rq, const struct project_mail *mail) MUST_CHECK;

#endif
