/* Rows whose time is over: removed every minute, a bounded batch at a time. */
#ifndef CORE_REAP_H
#define CORE_REAP_H

#include "common/ops/ticker.h"

struct core;

/* Starts the thread; core->db must be open. Stop it with ticker_stop. */
err reap_start(struct core *core, struct ticker **out) MUST_CHECK;
/* Deletes the expired rows, as many transactions as it takes. */
err reap_expired(struct core *core, int64_t now_ms) MUST_CHECK;

#endif
