/* A call, seen from its user's side. */
#include "common/net/relay_private.h"

#include <stdlib.h>

enum { ARENA_CEILING = 128 * 1024, SPARES_MAX = 64 };

static struct relay_call *call_of(struct transfer *transfer) {
    return (struct relay_call *)transfer;
}

/* --- what the user does ----------------------------------------------------------------------- */
/* After a failure or a whole answer nobody wants the rest: it is dropped. Also where the answer
 * began before the request was whole and has filled its pipe: the client gets none of it as long as
 * it sends. */
static bool is_over(struct relay_call *call) {
    call->up_over = call->up_over || call->finished || call->down.n == PIPE_MAX;
    return call->up_over;
}

static size_t put(struct transfer *transfer, str bytes) {
    struct relay_call *call = call_of(transfer);
    pthread_mutex_lock(&call->lock);
    bool dropped = is_over(call), was_empty = call->up.n == 0;
    size_t taken = dropped ? bytes.n : pipe_put(&call->up, bytes);
    call->waits = call->waits || taken < bytes.n;
    pthread_mutex_unlock(&call->lock);
    if (!dropped && was_empty)
        relay_poke(call);
    return taken;
}

static void put_end(struct transfer *transfer) {
    struct relay_call *call = call_of(transfer);
    pthread_mutex_lock(&call->lock);
    bool news = !call->up_ended && !is_over(call) && call->request.body != RELAY_NO_BODY;
    call->up_ended = true;
    pthread_mutex_unlock(&call->lock);
    if (news)
        relay_poke(call);
}

static bool begun(struct transfer *transfer) {
    struct relay_call *call = call_of(transfer);
    pthread_mutex_lock(&call->lock);
    bool yes = call->begun;
    call->waits = call->waits || !yes;
    pthread_mutex_unlock(&call->lock);
    return yes;
}

/* Under the lock. The relay's thread reads on when there was no room and half of it is free again.
 */
static long get_some(struct relay_call *call, char *to, size_t max, bool *news) {
    bool was_high = call->down.n > PIPE_MAX / 2;
    size_t n = pipe_get(&call->down, to, max);
    *news = was_high && call->down.n <= PIPE_MAX / 2 && !call->finished;
    if (n > 0)
        return (long)n;
    if (call->finished)
        return failed(call->failure) ? TRANSFER_BROKEN : TRANSFER_END;
    call->waits = true;
    return TRANSFER_WAIT;
}

static long get(struct transfer *transfer, char *to, size_t max) {
    struct relay_call *call = call_of(transfer);
    bool news;
    pthread_mutex_lock(&call->lock);
    long n = get_some(call, to, max, &news);
    pthread_mutex_unlock(&call->lock);
    if (news)
        relay_poke(call);
    return n;
}

static void end(struct transfer *transfer) {
    struct relay_call *call = call_of(transfer);
    pthread_mutex_lock(&call->lock);
    bool finished = call->finished;
    call->ended = true;
    pthread_mutex_unlock(&call->lock);
    relay_drop(call, finished);
}

/* --- what the relay's thread does ------------------------------------------------------------- */
void relay_call_wake(struct relay_call *call) {
    if (!call->waits || call->ended)
        return;
    call->waits = false;
    call->request.wake(call->request.waker);
}

void relay_call_begin(struct relay_call *call) {
    pthread_mutex_lock(&call->lock);
    call->begun = true;
    relay_call_wake(call);
    pthread_mutex_unlock(&call->lock);
}

static void finish(struct relay_call *call, err e, int status) {
    call->request.done(call->request.arg, call->request.tag, e, status);
    pthread_mutex_lock(&call->lock);
    call->failure = e;
    call->begun = call->finished = true;
    relay_call_wake(call);
    pthread_mutex_unlock(&call->lock);
}

void relay_call_finish(struct relay_call *call) {
    finish(call, OK, call->answer.status);
}

void relay_call_fail(struct relay_call *call, err e) {
    finish(call, e, 0);
}

/* --- calls ------------------------------------------------------------------------------------ */
static struct relay_call *take_spare(struct relay *relay) {
    pthread_mutex_lock(&relay->spare_lock);
    struct relay_call *call = relay->spare;
    if (call) {
        relay->spare = call->next_spare;
        relay->spare_n--;
    }
    pthread_mutex_unlock(&relay->spare_lock);
    return call;
}

static void call_free(struct relay_call *call) {
    pipe_free(&call->up);
    pipe_free(&call->down);
    pthread_mutex_destroy(&call->lock);
    arena_free(call->arena);
    free(call);
}

void relay_call_recycle(struct relay_call *call) {
    struct relay *relay = call->relay;
    arena_reset(call->arena);
    pipe_clear(&call->up);
    pipe_clear(&call->down);
    pthread_mutex_lock(&relay->spare_lock);
    bool kept = relay->spare_n < SPARES_MAX;
    if (kept) {
        call->next_spare = relay->spare;
        relay->spare = call;
        relay->spare_n++;
    }
    pthread_mutex_unlock(&relay->spare_lock);
    if (!kept)
        call_free(call);
}

void relay_call_free_spares(struct relay *relay) {
    struct relay_call *call;
    while ((call = take_spare(relay)))
        call_free(call);
}

static struct relay_call *call_new(struct relay *relay) {
    struct relay_call *call = take_spare(relay);
    if (call)
        return call;
    call = calloc(1, sizeof *call);
    if (!call)
        return NULL;
    pthread_mutex_init(&call->lock, NULL);
    call->arena = arena_new(ARENA_CEILING);
    if (call->arena)
        return call;
    call_free(call);
    return NULL;
}

static void set_up(struct relay_call *call, struct relay *relay,
                   const struct relay_request *request) {
    static const struct transfer_calls calls = {put, put_end, begun, get, end};
    call->transfer.calls = &calls;
    call->relay = relay;
    call->request = *request;
    call->poked = call->dropped = false;
    call->waits = call->ended = call->up_ended = call->up_over = false;
    call->begun = call->finished = false;
    call->failure = OK;
    call->answer = (struct wire_answer){.to_head = request->to_head};
    call->connection = NULL;
    call->started = call->head_sent = call->spent = call->sent = false;
    call->heard = call->repeated = false;
}

static err load(struct relay_call *call, const struct relay_request *request) {
    TRY(str_dup(call->arena, request->head, &call->request.head));
    size_t taken = request->whole.n ? pipe_put(&call->up, request->whole) : 0;
    REQUIRE(taken == request->whole.n, payload_too_large, "the body is too large");
    call->up_ended = str_present(request->whole);
    return OK;
}

err relay_start(struct relay *relay, const struct relay_request *request, struct transfer **out) {
    REQUIRE(request->head.n <= RELAY_HEAD_MAX, head_too_large,
            "the head of the request is too large to be passed on");
    struct relay_call *call = call_new(relay);
    REQUIRE(call, no_memory, "there is no memory to pass a request on");
    set_up(call, relay, request);
    err e = load(call, request);
    if (failed(e)) {
        relay_call_recycle(call);
        return e;
    }
    *out = &call->transfer;
    relay_poke(call);
    return OK;
}

err relay_answer_of(struct transfer *transfer, struct relay_answer *out) {
    struct relay_call *call = call_of(transfer);
    const struct wire_answer *answer = &call->answer;
    pthread_mutex_lock(&call->lock);
    err e = call->failure;
    bool whole = call->finished;
    *out = (struct relay_answer){.whole = whole};
    if (!failed(e) && whole)
        out->body = pipe_whole(&call->down);
    pthread_mutex_unlock(&call->lock);
    TRY(e);
    out->status = answer->status;
    out->headers = answer->headers;
    out->header_count = answer->header_count;
    out->length = answer->length;
    return OK;
}
