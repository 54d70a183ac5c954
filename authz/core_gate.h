/* What keeps a hung core store from taking every worker: a bulkhead (so many calls at once, the
 * rest are refused at once) and a circuit breaker (circuit_breaker.h). Safe to use from many
 * threads. */
#ifndef AUTHZ_CORE_GATE_H
#define AUTHZ_CORE_GATE_H

#include <pthread.h>

#include "authz/circuit_breaker.h"
#include "common/base/err.h"

struct core_gate {
    pthread_mutex_t lock;
    struct circuit_breaker breaker;
    int inside, most;
};

void core_gate_init(struct core_gate *gate, int most);
void core_gate_destroy(struct core_gate *gate);
/* A call for a request takes a place in the bulkhead. A look at the core store's health takes none:
 * many calls at once are not an illness. */
enum core_gate_places { CORE_GATE_CHECK = 0, CORE_GATE_CALL = 1 };
/* OK: make the call, then core_gate_leave with what came of it. E_core_unavailable: make none. */
err core_gate_enter(struct core_gate *gate, enum core_gate_places places,
                    enum circuit_pass *pass) MUST_CHECK;
void core_gate_leave(struct core_gate *gate, enum core_gate_places places, enum circuit_pass pass,
                     err result);

#endif
