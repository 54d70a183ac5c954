/* Whether it is worth calling somebody who may be down or hang: pure, the caller brings the clock
 * and the lock.
 *
 * closed: calls go through. After CIRCUIT_BREAKER_FAILURES failures in a row it opens: every call
 * is refused for a pause. Then it is half open: one call goes through as the probe. If that fails,
 * it is open for a pause of twice the length, up to a maximum; an answer closes it. */
#ifndef AUTHZ_CIRCUIT_BREAKER_H
#define AUTHZ_CIRCUIT_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CIRCUIT_BREAKER_FAILURES = 5,
    CIRCUIT_BREAKER_PAUSE_MS = 1000,
    CIRCUIT_BREAKER_PAUSE_MAX_MS = 8000
};

/* All zero: closed. */
struct circuit_breaker {
    int failures; /* in a row */
    bool open;
    bool probing;
    int64_t pause_ms, open_until_ms;
};

enum circuit_pass { CIRCUIT_REFUSED, CIRCUIT_CALL, CIRCUIT_PROBE };
enum circuit_outcome {
    CIRCUIT_ANSWERED,
    CIRCUIT_FAILED, /* no connection, broken, too late, or no answer that makes sense */
    CIRCUIT_UNKNOWN /* given up by whoever made the call */
};
enum circuit_state { CIRCUIT_IS_CLOSED, CIRCUIT_IS_OPEN, CIRCUIT_IS_HALF_OPEN };

/* Whoever gets a pass makes one call and tells its end with it. `now_ms` is of a clock that never
 * steps. */
enum circuit_pass circuit_breaker_enter(struct circuit_breaker *breaker, int64_t now_ms);
/* True: with this failure the breaker has opened. */
bool circuit_breaker_leave(struct circuit_breaker *breaker, enum circuit_pass pass,
                           enum circuit_outcome outcome, int64_t now_ms);
enum circuit_state circuit_breaker_state(const struct circuit_breaker *breaker, int64_t now_ms);

#endif
