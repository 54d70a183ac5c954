#include "rp/tests/under_test/web.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct server {
    web_handler *handler;
    void *context;
};

/* What comes in, until it is whole. */
struct incoming {
    char uri[16384];
    char body[WEB_BODY_MAX + 1];
    size_t n;
    bool begun;
};

static void *note_uri(void *context, const char *uri, struct MHD_Connection *connection) {
    (void)context;
    (void)connection;
    struct incoming *incoming = calloc(1, sizeof *incoming);
    if (incoming)
        strncpy(incoming->uri, uri, sizeof incoming->uri - 1);
    return incoming;
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     const struct web_response *out) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(out->body), (void *)(size_t)out->body, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", out->type ? out->type : "text/plain");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    if (*out->location)
        MHD_add_response_header(response, "Location", out->location);
    for (size_t i = 0; i < 3 && *out->cookies[i]; i++)
        MHD_add_response_header(response, "Set-Cookie", out->cookies[i]);
    enum MHD_Result sent = MHD_queue_response(connection, (unsigned)out->status, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state) {
    const struct server *server = context;
    struct incoming *incoming = *state;
    (void)version;
    if (!incoming)
        return MHD_NO;
    if (!incoming->begun) {
        incoming->begun = true;
        return MHD_YES;
    }
    if (*size) {
        size_t room = WEB_BODY_MAX - incoming->n, n = *size < room ? *size : room;
        memcpy(incoming->body + incoming->n, data, n);
        incoming->n += n;
        *size = 0;
        return MHD_YES;
    }
    const char *query = strchr(incoming->uri, '?');
    const struct web_request request = {
        .method = method,
        .path = url,
        .query = query ? query + 1 : "",
        .cookie = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Cookie"),
        .authorization = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"),
        .body = incoming->body,
    };
    static struct web_response response; /* one thread */
    memset(&response, 0, sizeof response);
    response.status = 200;
    server->handler(server->context, &request, &response);
    return send_response(connection, &response);
}

static void done(void *context, struct MHD_Connection *connection, void **state,
                 enum MHD_RequestTerminationCode code) {
    (void)context;
    (void)connection;
    (void)code;
    free(*state);
}

static volatile sig_atomic_t ended;

static void end(int signal_number) {
    (void)signal_number;
    ended = 1;
}

int web_serve(unsigned short port, web_handler *handler, void *context) {
    struct server server = {handler, context};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    signal(SIGTERM, end);
    signal(SIGINT, end);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL, port, NULL, NULL, answer, &server, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_URI_LOG_CALLBACK, note_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED, done, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)128 * 1024, MHD_OPTION_END);
    if (!daemon)
        return 1;
    while (!ended)
        MHD_run_wait(daemon, 200);
    MHD_stop_daemon(daemon);
    return 0;
}
