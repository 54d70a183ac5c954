/* What keeps a slow core store from taking everything: a bulkhead of lanes, each with so many calls
 * at once (the rest are refused at once, nobody queues), and a circuit breaker for all of them
 * (circuit_breaker.h). Calls that are passed on have a lane of their own, so that sign-ins always
 * have theirs. Safe to use from many threads; /metrics shows it. */
#ifndef AUTHZ_CORE_GATE_H
#define AUTHZ_CORE_GATE_H

#include <pthread.h>

#include "authz/circuit_breaker.h"
#include "common/base/err.h"

enum core_gate_lane {
    CORE_GATE_CHECK, /* a look at its health: without a bound, many at once are no illness */
    CORE_GATE_CALL,  /* of ours, for sign-ins and claims */
    CORE_GATE_FORWARD,
    CORE_GATE_LANES
};

struct core_gate {
    pthread_mutex_t lock;
    struct circuit_breaker breaker;
    int inside[CORE_GATE_LANES], most[CORE_GATE_LANES];
};

void core_gate_init(struct core_gate *gate, int most_calls, int most_forwarded);
void core_gate_destroy(struct core_gate *gate);
/* OK: make the call, then core_gate_leave with what came of it. E_core_unavailable: make none. */
err core_gate_enter(struct core_gate *gate, enum core_gate_lane lane,
                    enum circuit_pass *pass) MUST_CHECK;
/* `status` of the answer; OK with 0: given up here. */
void core_gate_leave(struct core_gate *gate, enum core_gate_lane lane, enum circuit_pass pass,
                     err result, int status);
enum circuit_state core_gate_state(struct core_gate *gate);

#endif
