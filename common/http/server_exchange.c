/* One request on a connection: head, body, answer.
 *
 *     HEAD ──► BODY ──► (inline, or suspended while a worker runs it) ──► READY ──► sent
 *       ├────► PASS: the body goes on as it comes, until the answer does ─────┤
 *       └────► DRAIN: it is answered already, a small body is read past ──────┘
 *
 * All of it runs on the connection's event loop, but for the handler of a worker route. */
#include "common/http/head_check.h"
#include "common/http/server_private.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/ops/metrics.h"

enum {
    ARENA_CEILING = 1024 * 1024,
    SPARES_MAX = 256,
    DRAIN_MAX = 64 * 1024,
    COLLECTED_MAX = 64 * 1024 /* of a body that could have been passed on */
};

/* --- exchanges ------------------------------------------------------------------------------ */
static struct exchange *take_spare(struct server *server) {
    pthread_mutex_lock(&server->spare_lock);
    struct exchange *x = server->spare;
    if (x) {
        server->spare = x->next;
        server->spare_n--;
    }
    pthread_mutex_unlock(&server->spare_lock);
    return x;
}

static void exchange_free(struct exchange *x) {
    arena_free(x->arena);
    free(x);
}

static void give_spare(struct server *server, struct exchange *x) {
    pthread_mutex_lock(&server->spare_lock);
    bool room = server->spare_n < SPARES_MAX;
    if (room) {
        x->next = server->spare;
        server->spare = x;
        server->spare_n++;
    }
    pthread_mutex_unlock(&server->spare_lock);
    if (!room)
        exchange_free(x);
}

void server_exchange_free_spares(struct server *server) {
    struct exchange *x;
    while ((x = take_spare(server)))
        exchange_free(x);
}

static struct exchange *exchange_new(struct server *server) {
    struct exchange *x = take_spare(server);
    if (x)
        return x;
    x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->arena = arena_new(ARENA_CEILING);
    if (x->arena)
        return x;
    free(x);
    return NULL;
}

static struct server_connection *connection_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The first line is read. The target is copied: libmicrohttpd decodes it in place afterwards. */
void *server_exchange_begin(void *arg, const char *uri, struct MHD_Connection *connection) {
    struct server *server = arg;
    struct server_connection *peer = connection_of(connection);
    struct exchange *x = peer && uri ? exchange_new(server) : NULL;
    if (!x)
        return NULL;
    x->server = server;
    x->connection = connection;
    x->peer = peer;
    x->step = STEP_HEAD;
    x->active = false;
    x->uri = uri;
    x->body = NULL;
    x->body_room = x->drained = x->passed = 0;
    x->waiting = x->woken = x->gone = false;
    x->rq = (struct request){.arena = x->arena, .app = server->app, .wake = server_transfer_wake};
    x->rs = (struct response){.status = 200};
    server_connection_expect(&server->connections, peer);
    if (!failed(str_dup(x->arena, str_from(uri), &x->rq.path)))
        return x;
    give_spare(server, x);
    return NULL;
}

static void end_transfer(struct exchange *x) {
    if (x->rq.transfer)
        x->rq.transfer->calls->end(x->rq.transfer);
    x->rq.transfer = NULL;
}

void server_exchange_end(void *arg, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode why) {
    struct server *server = arg;
    struct exchange *x = *exchange;
    (void)connection;
    (void)why;
    if (!x)
        return;
    *exchange = NULL;
    end_transfer(x);
    server_connection_expect(&server->connections, x->peer);
    if (x->active)
        atomic_fetch_sub(&server->active, 1);
    arena_reset(x->arena);
    give_spare(server, x);
}

/* --- the answer ----------------------------------------------------------------------------- */
static enum MHD_Result send_answer(struct exchange *x) {
    server_connection_expect(&x->server->connections, x->peer);
    bool last = atomic_load(&x->server->draining);
    return server_answer_send(x, last);
}

/* --- the handler ---------------------------------------------------------------------------- */
/* The last that is done with x here: the event loop may end it at once. */
static void resume(struct exchange *x) {
    struct server *server = x->server;
    MHD_resume_connection(x->connection);
    atomic_fetch_sub(&server->suspended, 1);
}

static void tell_depth(struct server *server) {
    metrics_set(M_worker_queue, STR_ABSENT, (double)worker_pool_depth(server->workers));
}

static void work(void *arg) {
    struct exchange *x = arg;
    tell_depth(x->server);
    bool answered = dispatch_found(&x->rq, &x->rs);
    if (!answered)
        dispatch_refuse(&x->rq, FAIL(internal, "a worker was asked for on a worker"), &x->rs);
    resume(x);
}

static enum MHD_Result give_up(struct exchange *x) {
    dispatch_refuse(&x->rq, FAIL(overloaded, "The server is going down"), &x->rs);
    return send_answer(x);
}

/* Suspended first: a worker may be done before submit returns. Counted before `closed` is read, so
 * that server_stop, which writes it and then reads the count, misses nobody. */
static enum MHD_Result hand_over(struct exchange *x) {
    struct server *server = x->server;
    x->rq.may_block = true;
    x->step = STEP_READY;
    atomic_fetch_add(&server->suspended, 1);
    if (atomic_load(&server->closed)) {
        atomic_fetch_sub(&server->suspended, 1);
        return give_up(x);
    }
    MHD_suspend_connection(x->connection);
    err e = worker_pool_submit(server->workers, work, x);
    tell_depth(server);
    if (!failed(e))
        return MHD_YES;
    dispatch_refuse(&x->rq, e, &x->rs);
    resume(x);
    return MHD_YES;
}

static enum MHD_Result on_complete(struct exchange *x) {
    x->rq.started_us = clock_monotonic_us();
    server_connection_busy(x->peer);
    bool waits = x->rq.route->run == RUN_WORKER || x->rq.route->run == RUN_RELAY;
    if (waits || !dispatch_found(&x->rq, &x->rs))
        return hand_over(x);
    return send_answer(x);
}

/* --- head and body -------------------------------------------------------------------------- */
/* Answered before its body came. A small body is read past, so that the connection can go on and
 * the client is not reset while it still sends; with a large one the connection ends. */
static enum MHD_Result answered_early(struct exchange *x) {
    str length = request_header(&x->rq, S("Content-Length"));
    int64_t n;
    x->step = STEP_DRAIN;
    if (!head_check_has_body(&x->rq) ||
        (str_present(length) && !failed(str_to_int(length, DRAIN_MAX, &n))))
        return MHD_YES;
    return send_answer(x);
}

/* The handler may start a transfer, answer at once, or wait for the whole body as others do. */
static enum MHD_Result begin_relay(struct exchange *x) {
    str length = request_header(&x->rq, S("Content-Length"));
    int64_t n;
    x->rq.started_us = clock_monotonic_us();
    if (dispatch_found(&x->rq, &x->rs))
        return answered_early(x);
    x->step = x->rq.transfer ? STEP_PASS : STEP_BODY;
    if (x->rq.transfer || !str_present(length) || !failed(str_to_int(length, COLLECTED_MAX, &n)))
        return MHD_YES;
    dispatch_refuse(&x->rq, FAIL(payload_too_large, "the body is too large"), &x->rs);
    return answered_early(x);
}

static enum MHD_Result on_head(struct exchange *x, const char *method, const char *version) {
    const struct server_line line = {method, x->uri, version, x->rq.path.n};
    x->active = true;
    atomic_fetch_add(&x->server->active, 1);
    err e = server_head_read(&x->rq, x->headers, x->connection, &line);
    server_head_identify(x->server, &x->rq, x->peer);
    if (failed(e)) {
        x->rq.started_us = clock_monotonic_us();
        dispatch_refuse(&x->rq, e, &x->rs);
        return send_answer(x); /* before the body: the connection ends */
    }
    if (!dispatch_begin(x->server->app, &x->rq, &x->rs))
        return answered_early(x);
    if (x->rq.route->run == RUN_RELAY)
        return begin_relay(x);
    x->step = STEP_BODY;
    return MHD_YES;
}

/* --- a body that is passed on ----------------------------------------------------------------- */
/* The answer cannot be given in the middle of a body: it waits behind it. */
static enum MHD_Result refuse_passed(struct exchange *x, err e) {
    end_transfer(x);
    x->step = STEP_DRAIN;
    dispatch_refuse(&x->rq, e, &x->rs);
    return MHD_YES;
}

static enum MHD_Result pass_on(struct exchange *x, const char *upload, size_t *upload_size) {
    struct transfer *transfer = x->rq.transfer;
    for (;;) {
        size_t n = transfer->calls->put(transfer, str_of(upload, *upload_size));
        upload += n;
        *upload_size -= n;
        x->passed += n;
        if (x->passed > x->rq.route->body_cap)
            return refuse_passed(x, FAIL(payload_too_large, "the body is too large"));
        if (*upload_size == 0)
            return MHD_YES;
        enum server_wait wait = server_transfer_wait(x);
        if (wait != SERVER_LOOK_AGAIN)
            return wait == SERVER_WAITS ? MHD_YES : MHD_NO;
    }
}

/* All of the request has gone on: its answer is due. */
static enum MHD_Result on_passed(struct exchange *x) {
    struct transfer *transfer = x->rq.transfer;
    transfer->calls->put_end(transfer);
    while (!transfer->calls->begun(transfer)) {
        enum server_wait wait = server_transfer_wait(x);
        if (wait == SERVER_WAITS)
            return MHD_YES;
        if (wait == SERVER_GIVES_UP)
            return x->gone ? MHD_NO : give_up(x);
    }
    return dispatch_found(&x->rq, &x->rs) ? send_answer(x) : hand_over(x);
}

/* --- a body that is collected ----------------------------------------------------------------- */
static size_t cap_of(const struct route *route) {
    bool relay = route->run == RUN_RELAY && route->body_cap > COLLECTED_MAX;
    return relay ? (size_t)COLLECTED_MAX : route->body_cap;
}

/* Room for n bytes more, of what the route's cap allows. */
static err reserve(struct exchange *x, size_t n) {
    size_t cap = cap_of(x->rq.route), need = x->rq.body.n + n;
    REQUIRE(need <= cap, payload_too_large, "the body is too large");
    if (need <= x->body_room)
        return OK;
    int64_t declared = 0;
    str length = request_header(&x->rq, S("Content-Length"));
    size_t room = need * 2 < cap ? need * 2 : cap;
    if (str_present(length) && !failed(str_to_int(length, (int64_t)cap, &declared)))
        room = (size_t)declared;
    char *body = room >= need ? arena_alloc(x->arena, room) : NULL;
    REQUIRE(body, no_memory, "there is no memory for the body");
    if (x->rq.body.n)
        memcpy(body, x->body, x->rq.body.n);
    x->body = body;
    x->body_room = room;
    return OK;
}

/* libmicrohttpd takes no answer in the middle of a body: one that is too large is answered after
 * some more of it, or not at all. */
static enum MHD_Result drain(struct exchange *x, size_t n) {
    x->drained += n;
    return x->drained <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_body(struct exchange *x, const char *upload, size_t *upload_size) {
    size_t n = *upload_size;
    if (x->step == STEP_PASS)
        return pass_on(x, upload, upload_size);
    *upload_size = 0;
    if (x->step == STEP_DRAIN)
        return drain(x, n);
    err e = reserve(x, n);
    if (failed(e)) {
        x->step = STEP_DRAIN;
        dispatch_refuse(&x->rq, e, &x->rs);
        return drain(x, n);
    }
    memcpy(x->body + x->rq.body.n, upload, n);
    x->rq.body = str_of(x->body, x->rq.body.n + n);
    return MHD_YES;
}

// NOLINTNEXTLINE(readability-function-size): the signature is libmicrohttpd's
enum MHD_Result server_exchange_step(void *arg, struct MHD_Connection *connection, const char *url,
                                     const char *method, const char *version, const char *upload,
                                     size_t *upload_size, void **exchange) {
    struct exchange *x = *exchange;
    (void)arg;
    (void)connection;
    (void)url;
    if (!x)
        return MHD_NO;
    if (x->step == STEP_HEAD)
        return on_head(x, method, version);
    if (*upload_size > 0)
        return on_body(x, upload, upload_size);
    if (x->step == STEP_PASS)
        return on_passed(x);
    return x->step == STEP_BODY ? on_complete(x) : send_answer(x);
}
