/* Time: Unix milliseconds, UTC, in int64_t; names end in _ms (milliseconds) or _s (seconds). */
#ifndef COMMON_BASE_CLOCK_H
#define COMMON_BASE_CLOCK_H

#include "common/base/str.h"

/* The wall clock. Protocol code never calls it: it is handed `now`. */
int64_t clock_now_ms(void);
/* A clock that never steps, for durations, in microseconds. */
int64_t clock_monotonic_us(void);
/* "2024-01-01T00:00:00.000Z" (RFC 3339, the HitKey API's form). */
err clock_iso8601(struct arena *arena, int64_t time_ms, str *out) MUST_CHECK;
/* "Mon, 01 Jan 2024 00:00:00 GMT" (RFC 9110 5.6.7). */
err clock_http_date(struct arena *arena, int64_t time_ms, str *out) MUST_CHECK;

#endif
