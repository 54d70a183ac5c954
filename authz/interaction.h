/* A person's way through the pages for one authorization request: the request itself and how far
 * the person came, sealed into the hidden field `interaction` of each form. Nothing is stored.
 *
 * It is bound to the browser that began it: the cookie holds the ids of the interactions that are
 * open there (several tabs), and leaves one out when it is finished. So neither a stranger's form
 * (login CSRF) nor a finished one can be sent from here. */
#ifndef AUTHZ_INTERACTION_H
#define AUTHZ_INTERACTION_H

#include "authz/authz.h"

enum { INTERACTION_MAX = 24 * 1024, INTERACTION_EMAIL_MAX = 254 };

struct interaction {
    str id;     /* absent until a page is shown */
    str params; /* authorization_request_write() */
    int64_t started_ms;
    str user_id;         /* who was chosen or signed in, or absent */
    bool fresh;          /* that was a sign-in or a registration */
    str scope;           /* what the consent page showed, or absent */
    str challenge_token; /* of the core store: the second factor is asked, or absent */
    str email;           /* that the person typed, or absent */
    bool email_proven;   /* by the mailed code, in this interaction */
};

/* The field's text is ours, in time, and from this browser; else E_seal_broken. */
err interaction_open(struct request *rq, str sealed, struct interaction *out) MUST_CHECK;
/* The field for the next page; begins the interaction in this browser if it is new. */
err interaction_seal(struct request *rq, struct response *rs, struct interaction *interaction,
                     str *sealed) MUST_CHECK;
/* It is over: the browser forgets it. */
err interaction_finish(struct request *rq, struct response *rs,
                       const struct interaction *interaction) MUST_CHECK;
/* Another address, for which nothing is proven yet. Longer than INTERACTION_EMAIL_MAX: absent. */
void interaction_set_email(struct interaction *interaction, str email);

#endif
