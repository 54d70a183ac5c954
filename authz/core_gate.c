#include "authz/core_gate.h"

#include "common/base/clock.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

enum { REFUSED = CIRCUIT_UNKNOWN + 1, RESULTS };

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

static const str lanes[CORE_GATE_LANES] = {S_INIT("check"), S_INIT("call"), S_INIT("forward")};
static const str results[CORE_GATE_LANES][RESULTS] = {
    {S_INIT("check|answered"), S_INIT("check|failed"), S_INIT("check|given_up"),
     S_INIT("check|refused")},
    {S_INIT("call|answered"), S_INIT("call|failed"), S_INIT("call|given_up"),
     S_INIT("call|refused")},
    {S_INIT("forward|answered"), S_INIT("forward|failed"), S_INIT("forward|given_up"),
     S_INIT("forward|refused")}};

/* Under the lock. */
static void show(struct core_gate *gate, enum core_gate_lane lane) {
    metrics_set(M_core_circuit, STR_ABSENT, circuit_breaker_state(&gate->breaker, now_ms()));
    metrics_set(M_core_inside, lanes[lane], gate->inside[lane]);
}

void core_gate_init(struct core_gate *gate, int most_calls, int most_forwarded) {
    *gate = (struct core_gate){
        .most = {[CORE_GATE_CALL] = most_calls, [CORE_GATE_FORWARD] = most_forwarded}};
    pthread_mutex_init(&gate->lock, NULL);
    show(gate, CORE_GATE_CALL);
    show(gate, CORE_GATE_FORWARD);
}

void core_gate_destroy(struct core_gate *gate) {
    pthread_mutex_destroy(&gate->lock);
}

static bool has_room(const struct core_gate *gate, enum core_gate_lane lane) {
    return lane == CORE_GATE_CHECK || gate->inside[lane] < gate->most[lane];
}

err core_gate_enter(struct core_gate *gate, enum core_gate_lane lane, enum circuit_pass *pass) {
    *pass = CIRCUIT_REFUSED;
    pthread_mutex_lock(&gate->lock);
    if (has_room(gate, lane))
        *pass = circuit_breaker_enter(&gate->breaker, now_ms());
    gate->inside[lane] += *pass != CIRCUIT_REFUSED;
    show(gate, lane);
    pthread_mutex_unlock(&gate->lock);
    if (*pass != CIRCUIT_REFUSED)
        return OK;
    metrics_add(M_core_calls, results[lane][REFUSED], 1);
    return FAIL(core_unavailable, "accounts cannot be reached just now: try again in a moment");
}

/* A gateway in between says with 502 and 504 that it cannot reach the core store either; 503 is an
 * answer of a core store that has enough to do. What failed here says nothing about it. */
static enum circuit_outcome outcome_of(err result, int status) {
    bool failure = err_is(result, E_io) || err_is(result, E_bad_gateway) ||
                   err_is(result, E_gateway_timeout) || status == 502 || status == 504;
    if (failure)
        return CIRCUIT_FAILED;
    return failed(result) || status == 0 ? CIRCUIT_UNKNOWN : CIRCUIT_ANSWERED;
}

void core_gate_leave(struct core_gate *gate, enum core_gate_lane lane, enum circuit_pass pass,
                     err result, int status) {
    enum circuit_outcome outcome = outcome_of(result, status);
    pthread_mutex_lock(&gate->lock);
    bool opened = circuit_breaker_leave(&gate->breaker, pass, outcome, now_ms());
    int64_t pause_ms = gate->breaker.pause_ms;
    gate->inside[lane]--;
    show(gate, lane);
    pthread_mutex_unlock(&gate->lock);
    metrics_add(M_core_calls, results[lane][outcome], 1);
    if (outcome == CIRCUIT_FAILED) /* once it is open, only the probes are told of */
        LOG(LOG_WARN, "core_call_failed", LOG_STR("lane", lanes[lane]), LOG_INT("status", status),
            LOG_STR("why", str_from(result.why)));
    if (opened)
        LOG(LOG_WARN, "core_circuit_open", LOG_INT("pause_ms", pause_ms));
}

enum circuit_state core_gate_state(struct core_gate *gate) {
    pthread_mutex_lock(&gate->lock);
    enum circuit_state state = circuit_breaker_state(&gate->breaker, now_ms());
    pthread_mutex_unlock(&gate->lock);
    return state;
}
