/* A connection to the upstream: a call's request goes out, its answer comes in. */
#include "common/net/relay_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    IDLE_MAX = 64,
    STALE_MS = 5000,  /* so old a connection gets no call that cannot be repeated */
    CHUNK_HEAD = 6,   /* "4000\r\n" */
    CHUNK_FRAMES = 13 /* that, CR LF behind the bytes, and "0\r\n\r\n" of the last */
};

/* --- life ------------------------------------------------------------------------------------- */
static void drop_socket(struct relay_connection *c) {
    upstream_tls_free(c->tls);
    c->tls = NULL;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}

/* The memory goes when the events at hand are done with: one of them may be for it. */
void relay_connection_close(struct relay_connection *c) {
    if (!c->call)
        c->relay->idle_n--;
    else
        c->call->connection = NULL;
    drop_socket(c);
    c->call = NULL;
    c->dead = true;
    LIST_REMOVE(c, entry);
    c->next_dead = c->relay->dead;
    c->relay->dead = c;
}

void relay_connection_fail(struct relay_connection *c, err e) {
    struct relay_call *call = c->call;
    relay_connection_close(c);
    relay_call_fail(call, e);
}

/* A connection that goes on without a call, if it can. */
static void let_go(struct relay_connection *c) {
    const struct relay_call *call = c->call;
    bool kept = call->answer.keep_alive && call->sent && c->out_n == 0 && c->in_n == 0 &&
                !c->deaf && c->relay->idle_n < IDLE_MAX;
    if (!kept) {
        relay_connection_close(c);
        return;
    }
    c->call->connection = NULL;
    c->call = NULL;
    c->reused = true;
    c->progress_ms = c->relay->now_ms;
    LIST_REMOVE(c, entry);
    LIST_INSERT_HEAD(&c->relay->idle, c, entry);
    c->relay->idle_n++;
}

/* --- opening ---------------------------------------------------------------------------------- */
static bool open_socket(struct relay_connection *c, const struct upstream_address *to) {
    int family = to->address.ss_family, one = 1;
    c->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return false;
    if (family != AF_UNIX)
        (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (const struct sockaddr *)&to->address, to->size) != 0 &&
        errno != EINPROGRESS)
        return false;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    return epoll_ctl(c->relay->epoll, EPOLL_CTL_ADD, c->fd, &event) == 0;
}

/* The next of the addresses that lets itself be tried. */
static bool connect_next(struct relay_connection *c) {
    struct upstream_address addresses[UPSTREAM_ADDRESSES];
    size_t n = upstream_addresses(c->relay->upstream, addresses);
    c->step = RELAY_CONNECTING;
    c->readable = c->writable = false;
    c->progress_ms = c->relay->now_ms;
    while (c->address < n) {
        drop_socket(c);
        if (open_socket(c, &addresses[c->address++]))
            return true;
    }
    upstream_doubt(c->relay->upstream);
    return false;
}

static struct relay_connection *take_idle(struct relay *relay, const struct relay_call *call) {
    struct relay_connection *c = LIST_FIRST(&relay->idle);
    bool good = c && (call->request.repeatable || relay->now_ms - c->progress_ms < STALE_MS);
    if (!good)
        return NULL;
    LIST_REMOVE(c, entry);
    relay->idle_n--;
    return c;
}

static struct relay_connection *connection_new(struct relay *relay) {
    struct relay_connection *c = malloc(sizeof *c);
    if (!c)
        return NULL;
    c->relay = relay;
    c->fd = -1;
    c->tls = NULL;
    c->address = 0;
    c->in_n = c->out_n = c->out_from = 0;
    c->deaf = c->reused = c->dead = false;
    return c;
}

void relay_connection_take(struct relay *relay, struct relay_call *call, bool fresh) {
    struct relay_connection *c = fresh ? NULL : take_idle(relay, call);
    bool reused = c != NULL;
    if (!c)
        c = connection_new(relay);
    if (!c) {
        relay_call_fail(call, FAIL(no_memory, "there is no memory for a connection"));
        return;
    }
    c->call = call;
    call->connection = c;
    c->progress_ms = relay->now_ms;
    LIST_INSERT_HEAD(&relay->busy, c, entry);
    if (reused)
        relay_connection_drive(c);
    else if (!connect_next(c))
        relay_connection_fail(c, FAIL(io, "no connection could be had"));
}

static bool try_next(struct relay_connection *c) {
    if (!connect_next(c))
        relay_connection_fail(c, FAIL(io, "no connection could be had"));
    return false;
}

static bool is_connected(struct relay_connection *c) {
    int problem = 0;
    socklen_t size = sizeof problem;
    if (!c->writable)
        return false;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0 || problem != 0)
        return try_next(c);
    bool tls = upstream_is_tls(c->relay->upstream);
    c->step = tls ? RELAY_HANDSHAKE : RELAY_OPEN;
    c->tls = tls ? upstream_tls_new(c->relay->upstream, c->fd) : NULL;
    return true;
}

static bool is_trusted(struct relay_connection *c) {
    int done = c->tls ? upstream_tls_handshake(c->tls) : -1;
    if (done < 0)
        relay_connection_fail(c, FAIL(io, "the other side is not trusted, or speaks no TLS"));
    if (done <= 0)
        return false;
    c->step = RELAY_OPEN;
    c->progress_ms = c->relay->now_ms;
    return true;
}

/* True: requests may go out. */
static bool open_up(struct relay_connection *c) {
    if (c->step == RELAY_CONNECTING && !is_connected(c))
        return false;
    return c->step != RELAY_HANDSHAKE || is_trusted(c);
}

/* --- the request ------------------------------------------------------------------------------ */
static void add(struct relay_connection *c, str bytes) {
    memcpy(c->out + c->out_n, bytes.p, bytes.n);
    c->out_n += bytes.n;
}

/* RFC 9112 7.1. The size is written when it is known, in the place that was left for it. */
static void add_body(struct relay_connection *c, struct relay_call *call) {
    bool chunked = call->request.body == RELAY_CHUNKED;
    size_t before = chunked ? CHUNK_HEAD : 0;
    char size[CHUNK_HEAD + 1];
    pthread_mutex_lock(&call->lock);
    size_t n =
        pipe_get(&call->up, c->out + c->out_n + before, RELAY_OUT_MAX - c->out_n - CHUNK_FRAMES);
    bool ended = call->up_ended && !call->up_over && call->up.n == 0;
    if (n > 0)
        relay_call_wake(call);
    pthread_mutex_unlock(&call->lock);
    call->spent = call->spent || n > 0;
    if (chunked && n > 0) {
        snprintf(size, sizeof size, "%04x\r\n", (unsigned)(n & 0xffff));
        add(c, str_of(size, CHUNK_HEAD));
    }
    c->out_n += n;
    if (chunked && n > 0)
        add(c, S("\r\n"));
    if (chunked && ended)
        add(c, S("0\r\n\r\n"));
    call->sent = ended;
}

/* False: there is nothing to send, not now or not any more. */
static bool fill(struct relay_connection *c) {
    struct relay_call *call = c->call;
    c->out_from = 0;
    if (!call->head_sent)
        add(c, call->request.head);
    call->head_sent = true;
    if (call->request.body == RELAY_NO_BODY)
        call->sent = true;
    else if (!call->sent)
        add_body(c, call);
    return c->out_n > 0;
}

static ssize_t send_bytes(struct relay_connection *c) {
    if (c->tls)
        return upstream_tls_send(c->tls, c->out + c->out_from, c->out_n);
    return send(c->fd, c->out + c->out_from, c->out_n, MSG_NOSIGNAL);
}

/* The other side may have answered before it stopped to listen: that answer counts. */
static void send_request(struct relay_connection *c) {
    while (c->writable && !c->deaf && (c->out_n > 0 || fill(c))) {
        ssize_t n = send_bytes(c);
        if (n < 0) {
            c->writable = false;
            c->deaf = errno != EAGAIN;
            return;
        }
        c->out_from += (size_t)n;
        c->out_n -= (size_t)n;
        c->progress_ms = c->relay->now_ms;
    }
}

/* --- the answer ------------------------------------------------------------------------------- */
static void use(struct relay_connection *c, size_t n) {
    memmove(c->in, c->in + n, c->in_n - n);
    c->in_n -= n;
}

/* Moves what fits of the body into the pipe; *full: more would not. */
static err take_body(struct relay_connection *c, bool *full) {
    struct relay_call *call = c->call;
    size_t at = 0, used = 1;
    err e = OK;
    pthread_mutex_lock(&call->lock);
    while (used > 0 && !failed(e)) {
        str piece, in = str_of(c->in + at, c->in_n - at);
        e = wire_answer_body(&call->answer, in, pipe_room(&call->down), &used, &piece);
        at += failed(e) ? 0 : used;
        if (!failed(e) && piece.n > 0)
            (void)pipe_put(&call->down, piece);
    }
    *full = pipe_room(&call->down) == 0;
    if (!failed(e) && call->answer.step != WIRE_DONE && call->begun && call->down.n > 0)
        relay_call_wake(call);
    pthread_mutex_unlock(&call->lock);
    use(c, at);
    return e;
}

static void finish(struct relay_connection *c) {
    struct relay_call *call = c->call;
    let_go(c);
    relay_call_finish(call);
}

static err read_in(struct relay_connection *c, bool *full) {
    struct relay_call *call = c->call;
    size_t used;
    *full = false;
    if (call->answer.step == WIRE_HEAD) {
        TRY(wire_answer_head(&call->answer, call->arena, str_of(c->in, c->in_n), &used));
        use(c, used);
    }
    return call->answer.step == WIRE_HEAD ? OK : take_body(c, full);
}

/* Understands what has come. False: the call is over, or its user must take something first. */
static bool digest(struct relay_connection *c) {
    struct relay_call *call = c->call;
    bool full;
    err e = read_in(c, &full);
    if (failed(e)) {
        relay_connection_fail(c, e);
        return false;
    }
    if (call->answer.step == WIRE_DONE) {
        finish(c);
        return false;
    }
    if (call->answer.step != WIRE_HEAD && !call->begun)
        relay_call_begin(call);
    return !full;
}

static bool may_repeat(const struct relay_connection *c) {
    const struct relay_call *call = c->call;
    return c->reused && call->request.repeatable && !call->repeated && !call->heard && !call->spent;
}

/* The connection is gone. */
static void on_end(struct relay_connection *c, bool in_order) {
    struct relay_call *call = c->call;
    if (in_order && call->answer.step != WIRE_HEAD && !failed(wire_answer_end(&call->answer))) {
        finish(c);
        return;
    }
    if (!may_repeat(c)) {
        relay_connection_fail(c, FAIL(io, "the connection broke before the answer was whole"));
        return;
    }
    call->repeated = true;
    call->head_sent = call->sent = false;
    relay_connection_close(c);
    relay_connection_take(c->relay, call, true);
}

static ssize_t receive_bytes(struct relay_connection *c) {
    size_t room = sizeof c->in - c->in_n;
    if (c->tls)
        return upstream_tls_recv(c->tls, c->in + c->in_n, room);
    return recv(c->fd, c->in + c->in_n, room, 0);
}

static void receive_answer(struct relay_connection *c) {
    while (c->call && (c->in_n == 0 || digest(c)) && c->readable) {
        ssize_t n = receive_bytes(c);
        if (n < 0 && errno == EAGAIN) {
            c->readable = false;
            return;
        }
        if (n <= 0) {
            on_end(c, n == 0);
            return;
        }
        c->in_n += (size_t)n;
        c->call->heard = true;
        c->progress_ms = c->relay->now_ms;
    }
}

/* An idle one that has something to say is over; but TLS has things to say to itself. */
static void look_at_idle(struct relay_connection *c) {
    if (!c->readable)
        return;
    ssize_t n = receive_bytes(c);
    if (n >= 0 || errno != EAGAIN)
        relay_connection_close(c);
    else
        c->readable = false;
}

void relay_connection_drive(struct relay_connection *c) {
    if (c->dead || (c->step != RELAY_OPEN && !open_up(c)))
        return;
    if (!c->call) {
        look_at_idle(c);
        return;
    }
    send_request(c);
    receive_answer(c);
}
