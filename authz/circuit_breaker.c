#include "authz/circuit_breaker.h"

enum circuit_pass circuit_breaker_enter(struct circuit_breaker *breaker, int64_t now_ms) {
    if (!breaker->open)
        return CIRCUIT_CALL;
    if (breaker->probing || now_ms < breaker->open_until_ms)
        return CIRCUIT_REFUSED;
    breaker->probing = true;
    return CIRCUIT_PROBE;
}

/* While the breaker is open, a call of the time before says nothing new by its failure: it must not
 * put the probe off. */
static bool counts(const struct circuit_breaker *breaker, enum circuit_pass pass) {
    return !breaker->open || pass == CIRCUIT_PROBE;
}

static int64_t next_pause(int64_t pause_ms) {
    if (pause_ms == 0)
        return CIRCUIT_BREAKER_PAUSE_MS;
    return pause_ms * 2 < CIRCUIT_BREAKER_PAUSE_MAX_MS ? pause_ms * 2
                                                       : CIRCUIT_BREAKER_PAUSE_MAX_MS;
}

static bool on_failure(struct circuit_breaker *breaker, enum circuit_pass pass, int64_t now_ms) {
    if (!counts(breaker, pass))
        return false;
    breaker->failures++;
    if (pass != CIRCUIT_PROBE && breaker->failures < CIRCUIT_BREAKER_FAILURES)
        return false;
    breaker->open = true;
    breaker->probing = false;
    breaker->pause_ms = next_pause(breaker->pause_ms);
    breaker->open_until_ms = now_ms + breaker->pause_ms;
    return true;
}

bool circuit_breaker_leave(struct circuit_breaker *breaker, enum circuit_pass pass,
                           enum circuit_outcome outcome, int64_t now_ms) {
    if (outcome == CIRCUIT_FAILED)
        return on_failure(breaker, pass, now_ms);
    if (outcome == CIRCUIT_ANSWERED)
        *breaker = (struct circuit_breaker){0};
    else if (pass == CIRCUIT_PROBE)
        breaker->probing = false; /* another one will tell */
    return false;
}

enum circuit_state circuit_breaker_state(const struct circuit_breaker *breaker, int64_t now_ms) {
    if (!breaker->open)
        return CIRCUIT_IS_CLOSED;
    bool over = breaker->probing || now_ms >= breaker->open_until_ms;
    return over ? CIRCUIT_IS_HALF_OPEN : CIRCUIT_IS_OPEN;
}
