#include "authz/circuit_breaker.h"

enum circuit_pass circuit_breaker_enter(struct circuit_breaker *breaker, int64_t now_ms) {
    if (!breaker->open)
        return CIRCUIT_CALL;
    if (breaker->probing || now_ms < breaker->open_until_ms)
        return CIRCUIT_REFUSED;
    breaker->probing = true;
    return CIRCUIT_PROBE;
}

/* While the breaker is open, a call of the time before says nothing new by its timeout: it must not
 * put the probe off. */
static bool counts(const struct circuit_breaker *breaker, enum circuit_pass pass) {
    return !breaker->open || pass == CIRCUIT_PROBE;
}

bool circuit_breaker_leave(struct circuit_breaker *breaker, enum circuit_pass pass, bool timed_out,
                           int64_t now_ms) {
    if (!timed_out) {
        *breaker = (struct circuit_breaker){0};
        return false;
    }
    if (!counts(breaker, pass))
        return false;
    breaker->timeouts++;
    if (pass != CIRCUIT_PROBE && breaker->timeouts < CIRCUIT_BREAKER_TIMEOUTS)
        return false;
    breaker->open = true;
    breaker->probing = false;
    breaker->open_until_ms = now_ms + CIRCUIT_BREAKER_PAUSE_MS;
    return true;
}
