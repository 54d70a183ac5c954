/* How often an address may call a route: token buckets in a bounded table, in memory. */
#ifndef COMMON_HTTP_RATE_LIMIT_H
#define COMMON_HTTP_RATE_LIMIT_H

#include "common/base/str.h"

struct rate_limiter;

/* `entries`: the bound of the table; the least recently used makes room. */
err rate_limiter_new(size_t entries, struct rate_limiter **out) MUST_CHECK;
void rate_limiter_free(struct rate_limiter *limiter);
/* E_too_many_requests with *retry_after_s when `key` on `route` used up `per_minute`. IPv6
 * addresses count by their /64. Thread-safe. */
err rate_limit(struct rate_limiter *limiter, const void *route, str key, int per_minute,
               int64_t now_ms, int64_t *retry_after_s) MUST_CHECK;

#endif
