/* New tokens for a session, as a part of another call. */
#ifndef RP_FLOWS_REFRESH_H
#define RP_FLOWS_REFRESH_H

#include "rp/engine/session.h"

/* Pushes all of hk_refresh: the session has its new tokens for the next step. It must outlive the
 * op. */
err refresh_push(struct hk_op *op, hk_session *session) MUST_CHECK;

#endif
