/* What the calls under /auth/emails share. */
#ifndef CORE_ENDPOINTS_EMAILS_H
#define CORE_ENDPOINTS_EMAILS_H

#include "core/endpoints/endpoints.h"
#include "core/store/email.h"

/* Of who asks: the address `id`, or (absent) the one that is set behind. */
struct email_change emails_change(struct request *rq, str id);
/* It was made: the event, and a line in the log that names no address. */
err emails_note(const struct email_change *change, const char *event) MUST_CHECK;
/* The address as it is now. */
err emails_answer(struct request *rq, struct response *rs, int status,
                  const struct email *email) MUST_CHECK;

#endif
