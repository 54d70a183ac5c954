/* A thread that does one thing every so often, and at once when woken. */
#ifndef COMMON_OPS_TICKER_H
#define COMMON_OPS_TICKER_H

#include <stdint.h>

#include "common/base/err.h"

struct ticker;

/* `run` is called at the start, then `every_ms` after it last returned or when woken; never twice
 * at a time. *out is set before the first call. */
err ticker_start(int64_t every_ms, void (*run)(void *), void *arg, struct ticker **out) MUST_CHECK;
/* A wake that comes while `run` runs makes it run once more. */
void ticker_wake(struct ticker *ticker);
/* Whether `run` should return soon. */
bool ticker_stopping(struct ticker *ticker);
/* Waits for `run` to return. NULL is allowed. */
void ticker_stop(struct ticker *ticker);

#endif
