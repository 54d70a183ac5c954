/* The session of the browser that a request comes from. */
#ifndef AUTHZ_BROWSER_SESSION_H
#define AUTHZ_BROWSER_SESSION_H

#include "authz/authz.h"
#include "authz/store/session.h"

/* What is stored under this cookie, less who is gone or was signed out everywhere since. Empty
 * without one. */
err browser_session_load(struct request *rq, str cookie, struct session *out) MUST_CHECK;
/* The same of the cookie that the request brings. */
err browser_session(struct request *rq, struct session *out) MUST_CHECK;

#endif
