/* What the relay*.c files share. */
#ifndef COMMON_NET_RELAY_PRIVATE_H
#define COMMON_NET_RELAY_PRIVATE_H

#include <pthread.h>
#include <sys/queue.h>

#include "common/base/pipe.h"
#include "common/net/relay.h"
#include "common/net/upstream.h"
#include "common/net/wire_answer.h"

enum { RELAY_OUT_MAX = 24 * 1024 };

struct relay_call {
    struct transfer transfer; /* the first member: calls of it lead back here */
    struct relay *relay;
    struct relay_request request;
    struct arena *arena; /* the head of the request, then that of the answer */
    struct relay_call *next_poked, *next_spare;
    bool poked,
        dropped; /* news for the relay's thread; its user has done with it: under poke_lock */

    pthread_mutex_t lock; /* of the following */
    struct pipe up, down;
    bool waits;    /* somebody was told to */
    bool ended;    /* by its user */
    bool up_ended; /* the body of the request is whole */
    bool up_over;  /* the rest of it is not wanted: the answer cannot wait for it */
    bool begun;    /* the answer, or the failure */
    bool finished; /* the relay's thread has done with it */
    err failure;

    /* the relay's thread alone; `answer` is read by others once it has begun */
    struct wire_answer answer;
    struct relay_connection *connection;
    int64_t total_at_ms;
    bool started;
    bool head_sent, spent, sent; /* spent: bytes of the body are gone from the pipe */
    bool heard, repeated;
};

enum relay_step { RELAY_CONNECTING, RELAY_HANDSHAKE, RELAY_OPEN };

/* The relay's thread alone. */
struct relay_connection {
    LIST_ENTRY(relay_connection) entry; /* of idle or busy */
    struct relay_connection *next_dead;
    struct relay *relay;
    struct relay_call *call; /* NULL: idle or dead */
    int fd;
    struct upstream_tls *tls;
    enum relay_step step;
    size_t address; /* which of the upstream's */
    bool readable, writable, deaf, reused, dead;
    int64_t progress_ms;
    size_t in_n, out_from, out_n;
    char in[WIRE_HEAD_MAX];
    char out[RELAY_OUT_MAX];
};

LIST_HEAD(relay_connections, relay_connection);

struct relay {
    struct relay_options options;
    struct upstream *upstream;
    pthread_t thread;
    bool running;
    int epoll, event;
    int64_t now_ms;
    struct relay_connections idle, busy;
    struct relay_connection *dead;
    size_t idle_n;

    pthread_mutex_t poke_lock;
    struct relay_call *poked, *current; /* current: what the thread is at */
    bool ending;

    pthread_mutex_t spare_lock;
    struct relay_call *spare;
    size_t spare_n;
};

/* --- relay_call.c --------------------------------------------------------------------------- */
/* On the relay's thread; finish and fail are the last it does with a call. */
void relay_call_begin(struct relay_call *call);
void relay_call_finish(struct relay_call *call);
void relay_call_fail(struct relay_call *call, err e);
/* Tells whoever waits, under the lock. */
void relay_call_wake(struct relay_call *call);
void relay_call_recycle(struct relay_call *call);
void relay_call_free_spares(struct relay *relay);

/* --- relay_connection.c ---------------------------------------------------------------------- */
/* Gives the call a connection, or fails it. `fresh`: a new one. */
void relay_connection_take(struct relay *relay, struct relay_call *call, bool fresh);
/* Does what can be done now. */
void relay_connection_drive(struct relay_connection *c);
void relay_connection_close(struct relay_connection *c);
/* Closes it, and fails its call. */
void relay_connection_fail(struct relay_connection *c, err e);

/* --- relay.c -------------------------------------------------------------------------------- */
/* The call has news for the relay's thread. */
void relay_poke(struct relay_call *call);
/* Its user has done with it. Where the relay's thread has too (`finished`), and hears no news of
 * it, it is given back at once; else by that thread. */
void relay_drop(struct relay_call *call, bool finished);

#endif
