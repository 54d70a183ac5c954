/* What the server_*.c files share. */
#ifndef COMMON_HTTP_SERVER_PRIVATE_H
#define COMMON_HTTP_SERVER_PRIVATE_H

#include <stdatomic.h>

#include <microhttpd.h>

#include "common/http/server.h"
#include "common/http/server_connection.h"
#include "common/http/server_proxy.h"
#include "common/ops/worker_pool.h"

enum server_step { STEP_HEAD, STEP_BODY, STEP_PASS, STEP_DRAIN, STEP_READY };

/* One request on a connection (server_exchange.c). */
struct exchange {
    struct exchange *next; /* among the spares */
    struct server *server;
    struct MHD_Connection *connection;
    struct server_connection *peer;
    struct arena *arena;
    enum server_step step;
    bool active;     /* counted in server->active */
    const char *uri; /* where libmicrohttpd has it */
    char *body;      /* body_room bytes, in the arena */
    size_t body_room, drained, passed;
    struct request rq;
    struct response rs;
    struct header headers[REQUEST_MAX_HEADERS];

    /* server_transfer.c, under wait_lock */
    struct exchange *previous_waiting, *next_waiting;
    bool waiting, woken;
    bool gone; /* the client has left meanwhile */
};

struct server {
    const struct app *app;
    struct MHD_Daemon *daemon;
    struct worker_pool *workers;
    struct server_tls *tls; /* NULL: plain */
    struct server_proxy proxy;
    struct server_connections connections;
    int listen_fd, port;
    atomic_size_t active;    /* requests whose head is read and whose answer is not yet sent */
    atomic_size_t suspended; /* connections that a worker or a transfer will resume */
    atomic_bool draining;    /* answers close their connections */
    atomic_bool closed;      /* nothing is suspended any more */

    /* exchanges and their arenas for the next requests */
    pthread_mutex_t spare_lock;
    struct exchange *spare;
    size_t spare_n;

    /* exchanges that wait for their transfer */
    pthread_mutex_t wait_lock;
    struct exchange *waiting;

    uint64_t id_seed[2];
    atomic_uint_fast64_t id_count;
};

/* --- server_exchange.c: libmicrohttpd's callbacks for one request ---------------------------- */
void *server_exchange_begin(void *server, const char *uri, struct MHD_Connection *connection);
enum MHD_Result server_exchange_step(void *server, struct MHD_Connection *connection,
                                     const char *url, const char *method, const char *version,
                                     const char *upload, size_t *upload_size, void **exchange);
void server_exchange_end(void *server, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode why);
void server_exchange_free_spares(struct server *server);

/* --- server_answer.c ------------------------------------------------------------------------ */
/* Body and long header values live until the answer is sent. `last`: the connection ends with it.
 * MHD_NO closes the connection at once: nothing better can be done without memory. */
enum MHD_Result server_answer_send(struct exchange *x, bool last);

/* --- server_transfer.c: an exchange whose body or answer is passed on while it comes ---------- */
enum server_wait {
    SERVER_WAITS,      /* suspended until the transfer has news: leave the callback */
    SERVER_LOOK_AGAIN, /* there was news meanwhile */
    SERVER_GIVES_UP    /* the server is going down, or the client has left */
};
/* On the event loop, when the transfer said "wait". */
enum server_wait server_transfer_wait(struct exchange *x);
/* rq->wake of every exchange. */
void server_transfer_wake(void *rq);
/* Resumes those whose client has left (once a second), or all of them: nobody waits afterwards. */
void server_transfer_look_for_gone(void *server);
void server_transfer_release(struct server *server);

/* --- server_head.c -------------------------------------------------------------------------- */
/* Where the parts of the first line are in libmicrohttpd's buffer. */
struct server_line {
    const char *method, *uri, *version;
    size_t uri_n;
};
/* Reads line and headers into rq, whose headers point to `headers` (REQUEST_MAX_HEADERS long). The
 * strings are libmicrohttpd's, valid until the answer is sent. */
err server_head_read(struct request *rq, struct header *headers, struct MHD_Connection *connection,
                     const struct server_line *line) MUST_CHECK;
/* Client, secure and id of rq, which has its headers. */
void server_head_identify(struct server *server, struct request *rq,
                          const struct server_connection *connection);

#endif
