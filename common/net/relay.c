#include "common/net/relay_private.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/clock.h"

enum { EVENTS = 64, TICK_MS = 50, IDLE_TICK_MS = 1000, IDLE_KEPT_MS = 30 * 1000 };

/* --- news ------------------------------------------------------------------------------------- */
/* Under the lock. True: the thread is to be told. */
static bool push(struct relay_call *call) {
    struct relay *relay = call->relay;
    bool first = !relay->poked;
    if (call->poked)
        return false;
    call->poked = true;
    call->next_poked = relay->poked;
    relay->poked = call;
    return first;
}

/* If the counter is full, it is awake anyway. */
static void ring(struct relay *relay) {
    uint64_t one = 1;
    ssize_t n = write(relay->event, &one, sizeof one);
    (void)n;
}

void relay_poke(struct relay_call *call) {
    struct relay *relay = call->relay;
    pthread_mutex_lock(&relay->poke_lock);
    bool tell = push(call);
    pthread_mutex_unlock(&relay->poke_lock);
    if (tell)
        ring(relay);
}

void relay_drop(struct relay_call *call, bool finished) {
    struct relay *relay = call->relay;
    pthread_mutex_lock(&relay->poke_lock);
    bool unheard = finished && !call->poked && relay->current != call;
    call->dropped = !unheard;
    bool tell = !unheard && push(call);
    pthread_mutex_unlock(&relay->poke_lock);
    if (unheard)
        relay_call_recycle(call);
    if (tell)
        ring(relay);
}

/* Turns to the next of the list; NULL: it is at an end. */
static struct relay_call *turn_to_next(struct relay *relay, struct relay_call **list,
                                       bool *dropped) {
    pthread_mutex_lock(&relay->poke_lock);
    struct relay_call *call = relay->current = *list;
    if (call) {
        *list = call->next_poked;
        call->poked = false;
        *dropped = call->dropped;
    }
    pthread_mutex_unlock(&relay->poke_lock);
    return call;
}

static struct relay_call *take_poked(struct relay *relay, bool *ending) {
    pthread_mutex_lock(&relay->poke_lock);
    struct relay_call *list = relay->poked;
    relay->poked = NULL;
    *ending = relay->ending;
    pthread_mutex_unlock(&relay->poke_lock);
    return list;
}

static void give_up(struct relay_call *call) {
    bool running = call->connection != NULL;
    if (running)
        relay_connection_close(call->connection);
    if (running || !call->started)
        call->request.done(call->request.arg, call->request.tag, OK, 0);
    relay_call_recycle(call);
}

static void on_news(struct relay *relay, struct relay_call *call, bool dropped) {
    if (dropped) {
        give_up(call);
    } else if (!call->started) {
        call->started = true;
        int64_t total_ms =
            call->request.total_ms ? call->request.total_ms : relay->options.total_ms;
        call->total_at_ms = relay->now_ms + total_ms;
        relay_connection_take(relay, call, false);
    } else if (call->connection) {
        call->connection->progress_ms = relay->now_ms; /* it had to wait for this */
        relay_connection_drive(call->connection);
    }
}

static void hear_news(struct relay *relay, bool *ending) {
    struct relay_call *list = take_poked(relay, ending), *call;
    bool dropped = false;
    while ((call = turn_to_next(relay, &list, &dropped)))
        on_news(relay, call, dropped);
}

/* --- time ------------------------------------------------------------------------------------- */
static bool is_full(struct relay_call *call) {
    pthread_mutex_lock(&call->lock);
    bool full = call->down.n > PIPE_MAX / 2;
    pthread_mutex_unlock(&call->lock);
    return full;
}

/* How long the other side may take now for what is due from it; 0: nothing is, it is our turn or
 * the client's. */
static int64_t patience(const struct relay_connection *c) {
    const struct relay_options *options = &c->relay->options;
    if (c->step != RELAY_OPEN)
        return options->connect_ms;
    if (c->call->answer.step != WIRE_HEAD)
        return is_full(c->call) ? 0 : options->idle_ms;
    if (c->out_n > 0)
        return options->idle_ms;
    return c->call->sent ? options->first_byte_ms : 0;
}

static void check_deadlines(struct relay *relay) {
    struct relay_connection *c, *next;
    for (c = LIST_FIRST(&relay->busy); c; c = next) {
        next = LIST_NEXT(c, entry);
        int64_t allowed = patience(c);
        bool late = allowed > 0 && relay->now_ms - c->progress_ms >= allowed;
        if (late || relay->now_ms >= c->call->total_at_ms)
            relay_connection_fail(c, FAIL(gateway_timeout, "no answer came in time"));
    }
    for (c = LIST_FIRST(&relay->idle); c; c = next) {
        next = LIST_NEXT(c, entry);
        if (relay->now_ms - c->progress_ms >= IDLE_KEPT_MS)
            relay_connection_close(c);
    }
}

static int sleep_ms(const struct relay *relay) {
    if (LIST_FIRST(&relay->busy))
        return TICK_MS;
    return LIST_FIRST(&relay->idle) ? IDLE_TICK_MS : -1;
}

/* --- the thread ------------------------------------------------------------------------------- */
static void on_event(struct relay *relay, const struct epoll_event *event) {
    struct relay_connection *c = event->data.ptr;
    uint64_t count;
    if (!c) {
        ssize_t n = read(relay->event, &count, sizeof count);
        (void)n;
        return;
    }
    c->readable |= (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    c->writable |= (event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    relay_connection_drive(c);
}

static void bury(struct relay *relay) {
    while (relay->dead) {
        struct relay_connection *c = relay->dead;
        relay->dead = c->next_dead;
        free(c);
    }
}

static void *run(void *arg) {
    struct relay *relay = arg;
    struct epoll_event events[EVENTS];
    int64_t checked_ms = 0;
    bool ending = false;
    while (!ending) {
        int n = epoll_wait(relay->epoll, events, EVENTS, sleep_ms(relay));
        relay->now_ms = clock_monotonic_us() / 1000;
        for (int i = 0; i < n; i++)
            on_event(relay, &events[i]);
        hear_news(relay, &ending);
        if (relay->now_ms - checked_ms >= TICK_MS) {
            checked_ms = relay->now_ms;
            check_deadlines(relay);
        }
        bury(relay);
    }
    return NULL;
}

/* Signals are the program's own. */
static bool start_thread(struct relay *relay) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool started = pthread_create(&relay->thread, NULL, run, relay) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static err set_up(struct relay *relay) {
    TRY(upstream_new(relay->options.url, relay->options.ca_file, &relay->upstream));
    relay->epoll = epoll_create1(EPOLL_CLOEXEC);
    relay->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event news = {.events = EPOLLIN, .data.ptr = NULL};
    REQUIRE(relay->epoll >= 0 && relay->event >= 0 &&
                epoll_ctl(relay->epoll, EPOLL_CTL_ADD, relay->event, &news) == 0,
            io, "the relay could not be set up");
    relay->running = start_thread(relay);
    REQUIRE(relay->running, no_memory, "a thread could not be started");
    return OK;
}

err relay_new(const struct relay_options *options, struct relay **out) {
    struct relay *relay = calloc(1, sizeof *relay);
    REQUIRE(relay, no_memory, "there is no memory for the relay");
    relay->options = *options;
    relay->epoll = relay->event = -1;
    relay->now_ms = clock_monotonic_us() / 1000;
    pthread_mutex_init(&relay->poke_lock, NULL);
    pthread_mutex_init(&relay->spare_lock, NULL);
    err e = set_up(relay);
    if (failed(e))
        relay_free(relay);
    else
        *out = relay;
    return e;
}

static void stop_thread(struct relay *relay) {
    if (!relay->running)
        return;
    pthread_mutex_lock(&relay->poke_lock);
    relay->ending = true;
    pthread_mutex_unlock(&relay->poke_lock);
    ring(relay);
    pthread_join(relay->thread, NULL);
}

static void close_all(struct relay_connections *list) {
    struct relay_connection *c;
    while ((c = LIST_FIRST(list)))
        relay_connection_close(c);
}

void relay_free(struct relay *relay) {
    if (!relay)
        return;
    stop_thread(relay);
    close_all(&relay->busy);
    close_all(&relay->idle);
    bury(relay);
    relay_call_free_spares(relay);
    if (relay->epoll >= 0)
        close(relay->epoll);
    if (relay->event >= 0)
        close(relay->event);
    upstream_free(relay->upstream);
    pthread_mutex_destroy(&relay->poke_lock);
    pthread_mutex_destroy(&relay->spare_lock);
    free(relay);
}

str relay_authority(const struct relay *relay) {
    return upstream_authority(relay->upstream);
}

str relay_base(const struct relay *relay) {
    return upstream_base(relay->upstream);
}
