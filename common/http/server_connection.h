/* The open connections, each with a deadline: a client that sends or reads drop by drop is closed,
 * though it is never idle. */
#ifndef COMMON_HTTP_SERVER_CONNECTION_H
#define COMMON_HTTP_SERVER_CONNECTION_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "common/http/address.h"

struct server;

struct server_connection {
    struct server_connection *previous, *next;
    struct server *server;
    int fd;
    _Atomic int64_t deadline_us; /* monotonic; 0: none */
    struct address peer;
    char remote[ADDRESS_TEXT_MAX]; /* peer as text */
    size_t remote_n;
};

struct server_connections {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct server_connection *first;
    size_t n;
    int64_t idle_us;         /* a whole request may take this long to come, an answer to be taken */
    void (*tick)(void *arg); /* once a second, on the watching thread; set it before the start */
    void *arg;
    bool watching, ending;
    pthread_t watcher;
};

err server_connections_start(struct server_connections *all, int64_t idle_timeout_s) MUST_CHECK;
/* After the daemon is gone. */
void server_connections_end(struct server_connections *all);
/* NULL: no memory. */
struct server_connection *server_connection_add(struct server_connections *all, int fd,
                                                const struct sockaddr *peer);
void server_connection_remove(struct server_connections *all, struct server_connection *c);
/* Something is due from the client: a request, or that it takes its answer. */
void server_connection_expect(const struct server_connections *all, struct server_connection *c);
/* It is our turn: no deadline. */
void server_connection_busy(struct server_connection *c);

#endif
