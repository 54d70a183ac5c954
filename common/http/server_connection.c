#include "common/http/server_connection.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/ops/metrics.h"

enum { TICK_S = 1 };
static const int64_t SECOND_US = 1000000;

/* The socket is shut, not closed: libmicrohttpd sees the end and cleans up. Under the lock, so
 * that the descriptor is still this connection's. */
static void shut_late_ones(struct server_connections *all, int64_t now_us) {
    for (struct server_connection *c = all->first; c; c = c->next) {
        int64_t deadline = atomic_load(&c->deadline_us);
        if (deadline == 0 || now_us < deadline)
            continue;
        shutdown(c->fd, SHUT_RDWR);
        metrics_add(M_refused, S("slow"), 1);
        atomic_store(&c->deadline_us, 0);
    }
}

static void *watch(void *arg) {
    struct server_connections *all = arg;
    pthread_mutex_lock(&all->lock);
    while (!all->ending) {
        int64_t tick_us = clock_monotonic_us() + TICK_S * SECOND_US;
        struct timespec until = {tick_us / SECOND_US, tick_us % SECOND_US * 1000};
        pthread_cond_timedwait(&all->wake, &all->lock, &until);
        shut_late_ones(all, clock_monotonic_us());
        if (all->tick)
            all->tick(all->arg);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

err server_connections_start(struct server_connections *all, int64_t idle_timeout_s) {
    pthread_condattr_t monotonic;
    pthread_mutex_init(&all->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&all->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* A second more than libmicrohttpd gives to a connection that is silent. */
    all->idle_us = (idle_timeout_s + 1) * SECOND_US;
    all->watching = pthread_create(&all->watcher, NULL, watch, all) == 0;
    REQUIRE(all->watching, no_memory, "a thread could not be started");
    return OK;
}

void server_connections_end(struct server_connections *all) {
    if (!all->watching)
        return;
    pthread_mutex_lock(&all->lock);
    all->ending = true;
    pthread_cond_broadcast(&all->wake);
    pthread_mutex_unlock(&all->lock);
    pthread_join(all->watcher, NULL);
    pthread_cond_destroy(&all->wake);
    pthread_mutex_destroy(&all->lock);
}

static void read_peer(struct server_connection *c, const struct sockaddr *peer) {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    switch (peer->sa_family) {
    case AF_INET:
        memcpy(&v4, peer, sizeof v4);
        c->peer = address_of_v4(&v4.sin_addr);
        break;
    case AF_INET6:
        memcpy(&v6, peer, sizeof v6);
        memcpy(c->peer.bytes, &v6.sin6_addr, sizeof c->peer.bytes);
        break;
    default: /* a Unix socket: somebody on this machine */
        c->peer = address_of_v4(&(struct in_addr){htonl(INADDR_LOOPBACK)});
        break;
    }
    c->remote_n = address_write(&c->peer, c->remote);
}

struct server_connection *server_connection_add(struct server_connections *all, int fd,
                                                const struct sockaddr *peer) {
    struct server_connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->fd = fd;
    read_peer(c, peer);
    server_connection_expect(all, c);
    pthread_mutex_lock(&all->lock);
    c->next = all->first;
    if (c->next)
        c->next->previous = c;
    all->first = c;
    size_t n = ++all->n;
    pthread_mutex_unlock(&all->lock);
    metrics_set(M_connections, STR_ABSENT, (double)n);
    return c;
}

void server_connection_remove(struct server_connections *all, struct server_connection *c) {
    pthread_mutex_lock(&all->lock);
    if (c->previous)
        c->previous->next = c->next;
    else
        all->first = c->next;
    if (c->next)
        c->next->previous = c->previous;
    size_t n = --all->n;
    pthread_mutex_unlock(&all->lock);
    metrics_set(M_connections, STR_ABSENT, (double)n);
    free(c);
}

void server_connection_expect(const struct server_connections *all, struct server_connection *c) {
    atomic_store(&c->deadline_us, clock_monotonic_us() + all->idle_us);
}

void server_connection_busy(struct server_connection *c) {
    atomic_store(&c->deadline_us, 0);
}
