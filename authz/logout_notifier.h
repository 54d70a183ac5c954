/* Back-channel logout: delivers the notices of store/logout.h, in a thread that tries again with
 * growing pauses for a day. */
#ifndef AUTHZ_LOGOUT_NOTIFIER_H
#define AUTHZ_LOGOUT_NOTIFIER_H

#include "authz/authz.h"

struct logout_notifier;

/* `authz` outlives it; its clock may be a test's. */
err logout_notifier_start(const struct authz *authz, struct logout_notifier **out) MUST_CHECK;
/* NULL is allowed. What waits is stored, and goes out after the next start. */
void logout_notifier_stop(struct logout_notifier *notifier);
/* Delivers now, and waits until every notice of these sign-ins has been tried once, for a second or
 * so at most: a client hears of it before the browser is sent on to it. */
void logout_notifier_settle(struct logout_notifier *notifier, const str *sids, size_t n);

#endif
