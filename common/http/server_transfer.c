/* Who waits for a transfer has its connection suspended. News may come before it waits: it is
 * noted, so that none is lost. Lock order: the transfer's own, wait_lock, libmicrohttpd's. */
#include <poll.h>
#include <stddef.h>

#include "common/http/server_private.h"

static void link_in(struct server *server, struct exchange *x) {
    x->previous_waiting = NULL;
    x->next_waiting = server->waiting;
    if (x->next_waiting)
        x->next_waiting->previous_waiting = x;
    server->waiting = x;
    x->waiting = true;
}

static void unlink_from(struct server *server, struct exchange *x) {
    if (x->previous_waiting)
        x->previous_waiting->next_waiting = x->next_waiting;
    else
        server->waiting = x->next_waiting;
    if (x->next_waiting)
        x->next_waiting->previous_waiting = x->previous_waiting;
    x->waiting = false;
}

/* Under the lock: the event loop may go on with x at once. */
static void resume(struct server *server, struct exchange *x) {
    unlink_from(server, x);
    server_connection_expect(&server->connections, x->peer);
    MHD_resume_connection(x->connection);
}

enum server_wait server_transfer_wait(struct exchange *x) {
    struct server *server = x->server;
    enum server_wait answer = SERVER_LOOK_AGAIN;
    pthread_mutex_lock(&server->wait_lock);
    if (x->gone || atomic_load(&server->closed)) {
        answer = SERVER_GIVES_UP;
    } else if (!x->woken) {
        answer = SERVER_WAITS;
        atomic_fetch_add(&server->suspended, 1);
        server_connection_busy(x->peer);
        MHD_suspend_connection(x->connection);
        link_in(server, x);
    }
    x->woken = false;
    pthread_mutex_unlock(&server->wait_lock);
    return answer;
}

void server_transfer_wake(void *rq) {
    struct exchange *x = (struct exchange *)((char *)rq - offsetof(struct exchange, rq));
    struct server *server = x->server;
    pthread_mutex_lock(&server->wait_lock);
    bool waited = x->waiting;
    if (waited)
        resume(server, x);
    else
        x->woken = true;
    pthread_mutex_unlock(&server->wait_lock);
    if (waited)
        atomic_fetch_sub(&server->suspended, 1);
}

/* A client that has closed its side waits for nothing any more: what is done for it ends. */
static bool has_left(const struct exchange *x) {
    struct pollfd state = {.fd = x->peer->fd, .events = POLLRDHUP};
    return poll(&state, 1, 0) == 1;
}

static size_t resume_some(struct server *server, bool all) {
    size_t n = 0;
    struct exchange *next;
    pthread_mutex_lock(&server->wait_lock);
    for (struct exchange *x = server->waiting; x; x = next) {
        next = x->next_waiting;
        if (!all && !has_left(x))
            continue;
        x->gone = !all;
        resume(server, x);
        n++;
    }
    pthread_mutex_unlock(&server->wait_lock);
    return n;
}

void server_transfer_look_for_gone(void *arg) {
    struct server *server = arg;
    size_t n = resume_some(server, false);
    atomic_fetch_sub(&server->suspended, n);
}

void server_transfer_release(struct server *server) {
    size_t n = resume_some(server, true);
    atomic_fetch_sub(&server->suspended, n);
}
