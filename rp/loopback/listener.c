#include "rp/loopback/listener.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STEP_MS = 100, LINGER_MS = 300 };

struct listener {
    struct MHD_Daemon *daemon;
    const char *path;
    listener_callback *callback;
    void *context;
    char origin[64];
    bool ended;
};

/* Fixed texts, which libmicrohttpd takes without const: nothing that came in is shown
 * (mod_auth_openidc CVE-2019-1010247). */
#define PAGE(title, sentence)                                                                      \
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"                                    \
    "<meta name=\"viewport\" content=\"width=device-width\">"                                      \
    "<title>" title "</title><style>body{font:16px/1.5 system-ui,sans-serif;color:#0f172b;"        \
    "background:#fff;max-width:28rem;margin:20vh auto;padding:0 1.5rem}"                           \
    "@media(prefers-color-scheme:dark){body{color:#e2e8f0;background:#0f172b}}</style>"            \
    "<h1>" title "</h1><p>" sentence "</p>"

static char signed_in[] =
    PAGE("You are signed in", "You can close this window and go back to the program.");
static char refused[] =
    PAGE("This sign-in did not work", "Go back to the program; it says what went wrong.");
static char nothing[] = PAGE("Nothing is here", "A program on this computer waits for you to "
                                                "sign in; this is not the page for that.");

static enum MHD_Result show(struct MHD_Connection *connection, unsigned status, char *page) {
    static const char *const headers[][2] = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
        {"Cache-Control", "no-store"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"Connection", "close"},
    };
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(page), page, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* The URI as it came: what libmicrohttpd parses of it is not what was signed and sealed. */
static void *note_uri(void *context, const char *uri, struct MHD_Connection *connection) {
    (void)context;
    (void)connection;
    return strlen(uri) <= LISTENER_QUERY_MAX ? strdup(uri) : NULL;
}

static void forget_uri(void *context, struct MHD_Connection *connection, void **uri,
                       enum MHD_RequestTerminationCode code) {
    (void)context;
    (void)connection;
    (void)code;
    free(*uri);
    *uri = NULL;
}

static bool is_ours(const struct listener *listener, struct MHD_Connection *connection,
                    const char *method, const char *url) {
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    return strcmp(method, "GET") == 0 && strcmp(url, listener->path) == 0 && host &&
           strcmp(host, listener->origin + strlen("http://")) == 0;
}

/* NOLINTNEXTLINE(readability-function-size): the signature is libmicrohttpd's */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **uri) {
    struct listener *listener = context;
    (void)version;
    (void)data;
    *size = 0;
    const char *query = *uri ? strchr(*uri, '?') : NULL;
    if (listener->ended || !query || !is_ours(listener, connection, method, url))
        return show(connection, MHD_HTTP_NOT_FOUND, nothing);
    enum listener_result result = listener->callback(listener->context, query + 1);
    listener->ended = result != LISTENER_NOT_OURS;
    bool good = result == LISTENER_SIGNED_IN;
    return show(connection, good ? MHD_HTTP_OK : MHD_HTTP_BAD_REQUEST, good ? signed_in : refused);
}

/* Loopback addresses only, never all interfaces (RFC 8252 8.3). */
static struct MHD_Daemon *listen_at(struct listener *listener, const struct sockaddr *address,
                                    unsigned flags) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | flags, 0, NULL, NULL, answer, listener, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_URI_LOG_CALLBACK, note_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED, forget_uri, NULL,
        MHD_OPTION_CONNECTION_LIMIT, 8U, MHD_OPTION_CONNECTION_TIMEOUT, 10U, MHD_OPTION_END);
}

static bool listen_v4(struct listener *listener) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener->daemon = listen_at(listener, (const struct sockaddr *)&address, 0);
    return listener->daemon;
}

static bool listen_v6(struct listener *listener) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    listener->daemon = listen_at(listener, (const struct sockaddr *)&address, MHD_USE_IPv6);
    return listener->daemon;
}

struct listener *listener_new(const char *path, listener_callback *callback, void *context) {
    struct listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        return NULL;
    listener->path = path;
    listener->callback = callback;
    listener->context = context;
    const char *host = "127.0.0.1";
    if (!listen_v4(listener)) {
        host = "[::1]";
        listen_v6(listener);
    }
    const union MHD_DaemonInfo *info =
        listener->daemon ? MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) {
        listener_free(listener);
        return NULL;
    }
    snprintf(listener->origin, sizeof listener->origin, "http://%s:%u", host, info->port);
    return listener;
}

const char *listener_origin(const struct listener *listener) {
    return listener->origin;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool listener_wait(struct listener *listener, unsigned timeout_ms) {
    int64_t end = now_ms() + timeout_ms;
    while (!listener->ended && now_ms() < end)
        MHD_run_wait(listener->daemon, STEP_MS);
    /* the page must reach the browser before the port closes */
    int64_t linger = now_ms() + LINGER_MS;
    while (listener->ended && now_ms() < linger)
        MHD_run_wait(listener->daemon, STEP_MS);
    return listener->ended;
}

void listener_free(struct listener *listener) {
    if (!listener)
        return;
    if (listener->daemon)
        MHD_stop_daemon(listener->daemon);
    free(listener);
}
