/* A bounded pool of threads for work that waits. A full queue refuses at once. */
#ifndef COMMON_OPS_WORKER_POOL_H
#define COMMON_OPS_WORKER_POOL_H

#include "common/base/err.h"

#include <stddef.h>

struct worker_pool;

err worker_pool_new(size_t threads, size_t queue_max, struct worker_pool **out) MUST_CHECK;
/* E_overloaded when `queue_max` jobs wait. `job` runs once, on one of the threads. */
err worker_pool_submit(struct worker_pool *pool, void (*job)(void *), void *arg) MUST_CHECK;
/* Jobs that wait for a thread. */
size_t worker_pool_depth(struct worker_pool *pool);
/* Runs what was accepted, then joins the threads. NULL is allowed. */
void worker_pool_free(struct worker_pool *pool);

#endif
