#include "authz/core_gate.h"

#include "common/base/clock.h"
#include "common/ops/log.h"

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

void core_gate_init(struct core_gate *gate, int most) {
    *gate = (struct core_gate){.most = most};
    pthread_mutex_init(&gate->lock, NULL);
}

void core_gate_destroy(struct core_gate *gate) {
    pthread_mutex_destroy(&gate->lock);
}

err core_gate_enter(struct core_gate *gate, enum core_gate_places places, enum circuit_pass *pass) {
    *pass = CIRCUIT_REFUSED;
    pthread_mutex_lock(&gate->lock);
    if (gate->inside + (int)places <= gate->most)
        *pass = circuit_breaker_enter(&gate->breaker, now_ms());
    if (*pass != CIRCUIT_REFUSED)
        gate->inside += (int)places;
    pthread_mutex_unlock(&gate->lock);
    REQUIRE(*pass != CIRCUIT_REFUSED, core_unavailable,
            "accounts cannot be reached just now: try again in a moment");
    return OK;
}

void core_gate_leave(struct core_gate *gate, enum core_gate_places places, enum circuit_pass pass,
                     err result) {
    bool timed_out = err_is(result, E_gateway_timeout);
    pthread_mutex_lock(&gate->lock);
    bool opened = circuit_breaker_leave(&gate->breaker, pass, timed_out, now_ms());
    gate->inside -= (int)places;
    pthread_mutex_unlock(&gate->lock);
    if (opened)
        LOG(LOG_WARN, "core_circuit_open", LOG_INT("pause_ms", CIRCUIT_BREAKER_PAUSE_MS));
}
