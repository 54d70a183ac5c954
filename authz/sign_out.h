/* The end of sign-ins in the browser that is here: its cookies, its clients, its way on. */
#ifndef AUTHZ_SIGN_OUT_H
#define AUTHZ_SIGN_OUT_H

#include "authz/authz.h"
#include "authz/store/session.h"

/* Ends these accounts of the session, durably; tells their clients, and sends the browser on to
 * `target` (absent: says that it is over). */
err sign_out(struct request *rq, const struct session *session, const struct account *accounts,
             size_t n, str target, struct response *rs) MUST_CHECK;

#endif
