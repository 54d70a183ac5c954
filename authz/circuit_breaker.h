/* Whether it is worth calling somebody who may hang: pure, the caller brings the clock and the
 * lock.
 *
 * closed: calls go through. After CIRCUIT_BREAKER_TIMEOUTS timeouts in a row it opens: every call
 * is refused for CIRCUIT_BREAKER_PAUSE_MS. Then one call goes through as the probe: a timeout opens
 * the breaker for another pause, anything else closes it. Only timeouts count: a refused connection
 * costs nobody time. */
#ifndef AUTHZ_CIRCUIT_BREAKER_H
#define AUTHZ_CIRCUIT_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { CIRCUIT_BREAKER_TIMEOUTS = 5, CIRCUIT_BREAKER_PAUSE_MS = 5000 };

/* All zero: closed. */
struct circuit_breaker {
    int timeouts; /* in a row */
    bool open;
    bool probing;
    int64_t open_until_ms;
};

enum circuit_pass { CIRCUIT_REFUSED, CIRCUIT_CALL, CIRCUIT_PROBE };

/* Whoever gets a pass makes one call and tells its end with it. `now_ms` is of a clock that never
 * steps. */
enum circuit_pass circuit_breaker_enter(struct circuit_breaker *breaker, int64_t now_ms);
/* True: with this timeout the breaker has opened. */
bool circuit_breaker_leave(struct circuit_breaker *breaker, enum circuit_pass pass, bool timed_out,
                           int64_t now_ms);

#endif
