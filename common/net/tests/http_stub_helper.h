/* A server of one answer on a real socket, in a thread. */
#ifndef COMMON_NET_TESTS_HTTP_STUB_HELPER_H
#define COMMON_NET_TESTS_HTTP_STUB_HELPER_H

#include <pthread.h>

#include "common/base/testing.h"

struct http_stub {
    str answer;
    int drip_ms; /* pause before each byte; -1: no answer at all */
    int listener, port;
    pthread_t thread;
    _Atomic bool stop;
    _Atomic int connections;
    char request[16384]; /* the last one; read it when the answer is there */
    size_t request_size;
};

/* `path`: NULL for TCP on 127.0.0.1, otherwise a Unix socket. */
void http_stub_start(struct http_stub *stub, const char *path);
void http_stub_stop(struct http_stub *stub);
/* A port on 127.0.0.1 on which nobody listens. */
int http_stub_free_port(void);

#endif
