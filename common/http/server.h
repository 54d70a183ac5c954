/* The socket side: libmicrohttpd with epoll, one event loop a core, and the worker pool.
 *
 * This is the only file pair that knows libmicrohttpd. It collects head and body under the route's
 * caps, builds the request in an arena, runs inline routes on the loop, suspends the connection of
 * worker routes and resumes it when their answer is there. */
#ifndef COMMON_HTTP_SERVER_H
#define COMMON_HTTP_SERVER_H

#include "common/http/http.h"

struct server_options {
    str listen; /* "127.0.0.1:9400", "[::1]:9400"; port 0 picks a free one; "unix:/path" */
    str tls_cert, tls_key;  /* PEM files, both or neither */
    str trusted_proxies;    /* CIDRs separated by spaces: whose X-Forwarded-* count */
    size_t event_loops;     /* 0: one a core */
    size_t workers;         /* 0: a default */
    size_t queue_max;       /* waiting jobs before 503; 0: a default */
    size_t max_connections; /* 0: a default */
    int64_t idle_timeout_s; /* 0: 60 */
};

struct server;

/* What can be told before anything is opened: the address, the proxies, the pair of TLS files, and
 * that nothing but loopback or a trusted proxy is spoken to without TLS.
 * E_config: `why` says which. */
err server_check(const struct server_options *options) MUST_CHECK;
/* Binds and starts answering. E_config (a bad address or certificate: `why` says which), E_io. */
err server_start(const struct app *app, const struct server_options *options,
                 struct server **out) MUST_CHECK;
int server_port(const struct server *server);
/* Takes over these certificate files (absent without TLS), be they others or the same again; the
 * old pair stays if the new one is bad. E_config. */
err server_reload_tls(struct server *server, str cert_file, str key_file) MUST_CHECK;
/* Stops listening, lets requests finish for at most `seconds`, then ends. NULL is allowed. */
void server_stop(struct server *server, int64_t seconds);

#endif
