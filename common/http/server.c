#include "common/http/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/http/server_listen.h"
#include "common/http/server_private.h"
#include "common/http/server_tls.h"
#include "common/http/server_unix.h"
#include "common/ops/log.h"

enum {
    IDLE_S = 60,
    CONNECTIONS = 4096,
    QUEUE = 1024,
    WORKERS_PER_CORE = 8,
    FILES_BESIDE = 128,            /* databases, logs, outbound calls */
    CONNECTION_MEMORY = 32 * 1024, /* a head, its table, the cookies again, the answer's head */
    LOG_LINE_MAX = 512,
    STOP_POLL_NS = 2000000,
    LAST_WORDS_US = 200 * 1000 /* for the answers of those who waited to the end */
};

static size_t cores(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}

static size_t or_default(size_t value, size_t fallback) {
    return value ? value : fallback;
}

/* --- callbacks ------------------------------------------------------------------------------ */
/* libmicrohttpd's own remarks: what strangers did wrong. */
__attribute__((format(printf, 2, 0))) static void on_log(void *arg, const char *format,
                                                         va_list args) {
    char text[LOG_LINE_MAX];
    (void)arg;
    if (!log_on(LOG_DEBUG))
        return;
    int n = vsnprintf(text, sizeof text, format, args);
    if (n > 0)
        LOG(LOG_DEBUG, "http", LOG_STR("text", str_from(text)));
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what) {
    struct server *server = arg;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context)
            server_connection_remove(&server->connections, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *peer =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!fd || !peer)
        return;
    struct server_connection *c =
        server_connection_add(&server->connections, fd->connect_fd, peer->client_addr);
    if (c)
        c->server = server;
    *context = c;
}

/* Targets are decoded by us, strictly. */
static size_t no_unescape(void *arg, struct MHD_Connection *connection, char *text) {
    (void)arg;
    (void)connection;
    return strlen(text);
}

// NOLINTNEXTLINE(readability-function-size): the signature is GnuTLS's
static int on_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                          gnutls_pcert_st **chain, unsigned *chain_length,
                          gnutls_ocsp_data_st **ocsp, unsigned *ocsp_length, gnutls_privkey_t *key,
                          unsigned *flags) {
    (void)info;
    *ocsp = NULL;
    *ocsp_length = 0;
    *flags = 0; /* borrowed: the pair outlives the handshake */
    const union MHD_ConnectionInfo *context = MHD_get_connection_info(
        gnutls_session_get_ptr(session), MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    const struct server_connection *c = context ? context->socket_context : NULL;
    if (!c)
        return -1;
    server_tls_current(c->server->tls, chain, chain_length, key);
    return 0;
}

/* --- start ---------------------------------------------------------------------------------- */
/* Each connection is a file: the soft limit goes as far up as it may. */
static size_t connections_allowed(size_t wanted) {
    struct rlimit limit;
    rlim_t need = (rlim_t)wanted + FILES_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    if (limit.rlim_cur < need) {
        limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= need)
        return wanted;
    return limit.rlim_cur > FILES_BESIDE + FILES_BESIDE ? (size_t)limit.rlim_cur - FILES_BESIDE
                                                        : (size_t)limit.rlim_cur / 2;
}

/* The threads of the server leave every signal to the program's own. */
static void block_signals(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, before);
}

static err start_daemon(struct server *server, const struct server_options *options) {
    size_t loops = or_default(options->event_loops, cores());
    int64_t idle_s = options->idle_timeout_s ? options->idle_timeout_s : IDLE_S;
    size_t connections = connections_allowed(or_default(options->max_connections, CONNECTIONS));
    struct MHD_OptionItem numbers[] = {
        {MHD_OPTION_LISTEN_SOCKET, server->listen_fd, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)idle_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {loops > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)loops, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    server->daemon = MHD_start_daemon(
        flags | (server->tls ? (unsigned)MHD_USE_TLS : 0), 0, NULL, NULL, server_exchange_step,
        server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_ARRAY, numbers,
        MHD_OPTION_URI_LOG_CALLBACK, server_exchange_begin, server, MHD_OPTION_NOTIFY_COMPLETED,
        server_exchange_end, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL,
        server->tls ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, SERVER_TLS_PRIORITIES,
        MHD_OPTION_HTTPS_CERT_CALLBACK2, on_certificate, MHD_OPTION_END);
    REQUIRE(server->daemon, io, "the HTTP server could not be started");
    return OK;
}

static err start_threads(struct server *server, const struct server_options *options) {
    int64_t idle_s = options->idle_timeout_s ? options->idle_timeout_s : IDLE_S;
    server->connections.tick = server_transfer_look_for_gone;
    server->connections.arg = server;
    TRY(server_connections_start(&server->connections, idle_s));
    TRY(worker_pool_new(or_default(options->workers, cores() * WORKERS_PER_CORE),
                        or_default(options->queue_max, QUEUE), &server->workers));
    return start_daemon(server, options);
}

static err check_pair(const struct server_options *options) {
    REQUIRE(str_present(options->tls_cert) == str_present(options->tls_key), config,
            "a TLS certificate needs its key, and a key its certificate");
    return OK;
}

err server_check(const struct server_options *options) {
    struct server_proxy proxy;
    struct server_tls *tls = NULL;
    TRY(check_pair(options));
    TRY(server_listen_check(options->listen));
    TRY(server_proxy_parse(options->trusted_proxies, &proxy));
    REQUIRE(str_present(options->tls_cert) || str_present(options->trusted_proxies) ||
                server_listen_is_loopback(options->listen),
            config,
            "listen is within reach of other machines: give tls-cert and tls-key, or trusted-proxy "
            "for the proxy that speaks TLS");
    if (str_present(options->tls_cert))
        TRY(server_tls_open(options->tls_cert, options->tls_key, &tls));
    server_tls_close(tls);
    return OK;
}

static err start(struct server *server, const struct server_options *options) {
    sigset_t before;
    TRY(check_pair(options));
    TRY(server_proxy_parse(options->trusted_proxies, &server->proxy));
    TRY(random_bytes(server->id_seed, sizeof server->id_seed));
    if (str_present(options->tls_cert))
        TRY(server_tls_open(options->tls_cert, options->tls_key, &server->tls));
    TRY(server_listen(options->listen, &server->listen_fd, &server->port));
    block_signals(&before);
    err e = start_threads(server, options);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return e;
}

/* What was started ends, what was opened is closed. */
static void server_free(struct server *server) {
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    worker_pool_free(server->workers);
    server_connections_end(&server->connections);
    server_exchange_free_spares(server);
    server_tls_close(server->tls);
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    pthread_mutex_destroy(&server->spare_lock);
    pthread_mutex_destroy(&server->wait_lock);
    free(server);
}

err server_start(const struct app *app, const struct server_options *options, struct server **out) {
    struct server *server = calloc(1, sizeof *server);
    REQUIRE(server, no_memory, "there is no memory for the HTTP server");
    server->app = app;
    server->listen_fd = -1;
    pthread_mutex_init(&server->spare_lock, NULL);
    pthread_mutex_init(&server->wait_lock, NULL);
    err e = start(server, options);
    if (failed(e)) {
        if (server->listen_fd >= 0)
            server_unix_remove(server->listen_fd);
        server_free(server);
        return e;
    }
    *out = server;
    return OK;
}

int server_port(const struct server *server) {
    return server->port;
}

err server_reload_tls(struct server *server, str cert_file, str key_file) {
    REQUIRE(str_present(cert_file) == (server->tls != NULL), config,
            "TLS is turned on and off by a restart only");
    return server->tls ? server_tls_reload(server->tls, cert_file, key_file) : OK;
}

/* --- stop ----------------------------------------------------------------------------------- */
static void wait_for_none(atomic_size_t *count, int64_t until_us) {
    const struct timespec pause = {0, STOP_POLL_NS};
    while (atomic_load(count) > 0 && clock_monotonic_us() < until_us)
        nanosleep(&pause, NULL);
}

/* libmicrohttpd 0.9.75 aborts if it is stopped while a connection is suspended: the last wait has
 * no limit. What a handler waits for has its own deadline; who waits for a transfer does not any
 * more. */
void server_stop(struct server *server, int64_t seconds) {
    if (!server)
        return;
    atomic_store(&server->draining, true);
    (void)MHD_quiesce_daemon(server->daemon);
    server_unix_remove(server->listen_fd);
    shutdown(server->listen_fd, SHUT_RDWR);
    wait_for_none(&server->active, clock_monotonic_us() + seconds * 1000 * 1000);
    atomic_store(&server->closed, true);
    server_transfer_release(server);
    wait_for_none(&server->suspended, INT64_MAX);
    wait_for_none(&server->active, clock_monotonic_us() + LAST_WORDS_US);
    server_free(server);
}
