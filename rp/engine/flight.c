#include "rp/engine/flight.h"

#include <assert.h>

enum { KEY_MAX = 64 };

struct flight {
    struct flight *next;
    enum flight_kind kind;
    char key[KEY_MAX];
    size_t key_size;
    struct hk_op *waiting;
};

static struct flight *find(const struct hk_rp *rp, enum flight_kind kind, str key) {
    for (struct flight *flight = rp->flights; flight; flight = flight->next)
        if (flight->kind == kind && str_eq(str_of(flight->key, flight->key_size), key))
            return flight;
    return NULL;
}

static err take_off(struct hk_op *op, enum flight_kind kind, str key) {
    assert(op->flight_count < OP_FLIGHTS && key.n <= KEY_MAX);
    struct flight *flight = memory_zeroed(&op->rp->memory, sizeof *flight);
    REQUIRE(flight, no_memory, "there is no memory for a request");
    flight->kind = kind;
    flight->key_size = key.n;
    if (key.n)
        memcpy(flight->key, key.p, key.n);
    flight->next = op->rp->flights;
    op->rp->flights = flight;
    op->flights[op->flight_count++] = flight;
    return OK;
}

err flight_enter(struct hk_op *op, enum flight_kind kind, str key, bool *mine) {
    struct flight *flight = find(op->rp, kind, key);
    *mine = !flight;
    if (!flight)
        return take_off(op, kind, key);
    op->next_waiter = flight->waiting;
    flight->waiting = op;
    op->waits_for = flight;
    op->state = OP_WAITING;
    return OK;
}

static void unlink_flight(struct hk_rp *rp, struct flight *flight) {
    struct flight **at = &rp->flights;
    while (*at != flight)
        at = &(*at)->next;
    *at = flight->next;
}

/* A waiting op belongs to another thread, which may free it as soon as it waits no more: so its
 * hook is called under the lock. */
static void wake(struct hk_op *op) {
    op->waits_for = NULL;
    if (op->on_wake)
        op->on_wake(op->on_wake_context);
}

static void land(struct hk_rp *rp, struct flight *flight) {
    unlink_flight(rp, flight);
    struct hk_op *op = flight->waiting;
    while (op) {
        struct hk_op *next = op->next_waiter;
        wake(op);
        op = next;
    }
    pthread_cond_broadcast(&rp->landed);
    memory_free(&rp->memory, flight);
}

void flight_leave(struct hk_op *op, enum flight_kind kind) {
    struct hk_rp *rp = op->rp;
    pthread_mutex_lock(&rp->lock);
    for (size_t i = op->flight_count; i-- > 0;) {
        if (op->flights[i]->kind != kind)
            continue;
        land(rp, op->flights[i]);
        op->flights[i] = op->flights[--op->flight_count];
    }
    pthread_mutex_unlock(&rp->lock);
}

static void stop_waiting(struct hk_op *op) {
    if (!op->waits_for)
        return;
    struct hk_op **at = &op->waits_for->waiting;
    while (*at != op)
        at = &(*at)->next_waiter;
    *at = op->next_waiter;
    op->waits_for = NULL;
}

void flight_leave_all(struct hk_op *op) {
    struct hk_rp *rp = op->rp;
    pthread_mutex_lock(&rp->lock);
    stop_waiting(op);
    while (op->flight_count)
        land(rp, op->flights[--op->flight_count]);
    pthread_mutex_unlock(&rp->lock);
}

bool flight_waits(struct hk_op *op) {
    pthread_mutex_lock(&op->rp->lock);
    bool waits = op->waits_for != NULL;
    pthread_mutex_unlock(&op->rp->lock);
    return waits;
}

void flight_block(struct hk_op *op) {
    struct hk_rp *rp = op->rp;
    pthread_mutex_lock(&rp->lock);
    while (op->waits_for)
        pthread_cond_wait(&rp->landed, &rp->lock);
    pthread_mutex_unlock(&rp->lock);
}
