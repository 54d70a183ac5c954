#include "conformance/engine/listener.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "conformance/engine/certificate.h"
#include "conformance/engine/listener_request.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/jwk.h"

enum { POLL_MS = 50, BACKLOG = 64, RECEIVE_S = 10 };

struct content {
    char *path, *type, *header;
    void *bytes;
    size_t n;
    struct content *next;
};

struct listener {
    SSL_CTX *tls;
    int socket, port;
    json_t *(*answer)(void *user, const json_t *request);
    void *user;
    pthread_t thread;
    atomic_bool stopping;
    atomic_int serving;
    pthread_mutex_t lock; /* of what follows */
    struct content *contents;
    json_t *requests;
};

static void content_free(struct content *content) {
    free(content->path);
    free(content->type);
    free(content->header);
    free(content->bytes);
    free(content);
}

void listener_serve_bytes(struct listener *listener, const char *path, const char *type,
                          const void *bytes, size_t n, const char *header) {
    pthread_mutex_lock(&listener->lock);
    for (struct content **p = &listener->contents; *p; p = &(*p)->next) {
        struct content *old = *p;
        if (strcmp(old->path, path) != 0)
            continue;
        *p = old->next;
        content_free(old);
        break;
    }
    if (bytes) {
        struct content *content = memory_new(1, sizeof *content);
        *content = (struct content){.path = memory_copy(path, strlen(path)),
                                    .type = memory_copy(type, strlen(type)),
                                    .header = header ? memory_copy(header, strlen(header)) : NULL,
                                    .bytes = memory_copy(bytes, n),
                                    .n = n,
                                    .next = listener->contents};
        listener->contents = content;
    }
    pthread_mutex_unlock(&listener->lock);
}

void listener_serve(struct listener *listener, const char *path, const char *type,
                    const char *body) {
    listener_serve_bytes(listener, path, type, body, body ? strlen(body) : 0, NULL);
}

static bool is_client_page(const char *path) {
    return strstr(path, "/callback") || strstr(path, "/post_logout_redirect");
}

/* Head and body of the answer; the caller frees. */
static char *answer_of(struct listener *listener, const char *path, size_t *n) {
    const struct content *content = listener->contents;
    while (content && strcmp(content->path, path) != 0)
        content = content->next;
    bool found = content || is_client_page(path);
    char *head = memory_format(
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s%s\r\n",
        found ? "200 OK" : "404 Not Found", content ? content->type : "text/html",
        content ? content->n : 0, content && content->header ? content->header : "",
        content && content->header ? "\r\n" : "");
    size_t head_n = strlen(head), body_n = content ? content->n : 0;
    head = memory_grow(head, head_n + body_n + 1, 1);
    if (body_n)
        memcpy(head + head_n, content->bytes, body_n);
    *n = head_n + body_n;
    return head;
}

/* The same of what listener_options.answer gave. */
static char *answer_given(const json_t *given, size_t *n) {
    char *lines = memory_copy("", 0);
    const char *name, *body = text_of(given, "body");
    json_t *value;
    json_object_foreach(json_object_get(given, "headers"), name, value) {
        char *longer = memory_format("%s%s: %s\r\n", lines, name, json_string_value(value));
        free(lines);
        lines = longer;
    }
    char *text = memory_format(
        "HTTP/1.1 %d Answer\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%s",
        (int)json_integer_value(json_object_get(given, "status")), strlen(body), lines, body);
    free(lines);
    *n = strlen(text);
    return text;
}

static void serve(struct listener *listener, SSL *ssl) {
    json_t *request = listener_request_read(ssl);
    if (!request)
        return;
    size_t n = 0;
    json_t *given = listener->answer ? listener->answer(listener->user, request) : NULL;
    pthread_mutex_lock(&listener->lock);
    char *answer =
        given ? answer_given(given, &n) : answer_of(listener, text_of(request, "path"), &n);
    json_decref(given);
    json_array_append_new(listener->requests, request);
    pthread_mutex_unlock(&listener->lock);
    SSL_write(ssl, answer, (int)n);
    SSL_shutdown(ssl);
    free(answer);
}

struct connection {
    struct listener *listener;
    int socket;
};

static void *connection_main(void *user) {
    struct connection *connection = user;
    struct listener *listener = connection->listener;
    SSL *ssl = SSL_new(listener->tls);
    if (ssl && SSL_set_fd(ssl, connection->socket) == 1 && SSL_accept(ssl) == 1)
        serve(listener, ssl);
    SSL_free(ssl);
    ERR_clear_error();
    close(connection->socket);
    free(connection);
    atomic_fetch_sub(&listener->serving, 1);
    return NULL;
}

static void accept_one(struct listener *listener) {
    int socket = accept4(listener->socket, NULL, NULL, SOCK_CLOEXEC);
    if (socket < 0)
        return;
    struct timeval patience = {.tv_sec = RECEIVE_S};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct connection *connection = memory_new(1, sizeof *connection);
    *connection = (struct connection){listener, socket};
    pthread_t thread;
    atomic_fetch_add(&listener->serving, 1);
    if (pthread_create(&thread, NULL, connection_main, connection) == 0) {
        pthread_detach(thread);
        return;
    }
    atomic_fetch_sub(&listener->serving, 1);
    close(socket);
    free(connection);
}

static void *listener_main(void *user) {
    struct listener *listener = user;
    struct pollfd waiting = {.fd = listener->socket, .events = POLLIN};
    while (!atomic_load(&listener->stopping))
        if (poll(&waiting, 1, POLL_MS) > 0)
            accept_one(listener);
    return NULL;
}

static bool use_files(SSL_CTX *tls, const struct listener_options *options) {
    return SSL_CTX_use_certificate_chain_file(tls, options->cert) == 1 &&
           SSL_CTX_use_PrivateKey_file(tls, options->key, SSL_FILETYPE_PEM) == 1;
}

static bool use_made(SSL_CTX *tls, const struct listener_options *options) {
    EVP_PKEY *key = jwk_new_key("P-256");
    X509 *ca = options->ca ? certificate_read(options->ca) : NULL;
    EVP_PKEY *ca_key = options->ca ? certificate_read_key(options->ca_key) : NULL;
    bool ok = !options->ca || (ca && ca_key);
    if (ok) {
        X509 *made = certificate_new(options->host ? options->host : "localhost", key, ca, ca_key);
        ok = SSL_CTX_use_certificate(tls, made) == 1 && SSL_CTX_use_PrivateKey(tls, key) == 1;
        X509_free(made);
    }
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
    return ok;
}

static bool listen_at(struct listener *listener, const char *address) {
    const char *colon = strrchr(address, ':');
    char *host = memory_copy(address, colon ? (size_t)(colon - address) : 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_port = htons((in_port_t)strtoul(colon ? colon + 1 : "0", NULL, 10));
    bool ok = inet_pton(AF_INET, host, &at.sin_addr) == 1;
    free(host);
    listener->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    ok = ok && bind(listener->socket, (struct sockaddr *)&at, sizeof at) == 0 &&
         listen(listener->socket, BACKLOG) == 0 &&
         getsockname(listener->socket, (struct sockaddr *)&at, &size) == 0;
    listener->port = ntohs(at.sin_port);
    return ok;
}

/* Who the client is, is for the caller to judge (RFC 8705 2). */
static int accept_any(int ok, X509_STORE_CTX *context) {
    (void)ok;
    (void)context;
    return 1;
}

struct listener *listener_new(const struct listener_options *options, char **problem) {
    struct listener *listener = memory_new(1, sizeof *listener);
    listener->socket = -1;
    listener->tls = SSL_CTX_new(TLS_server_method());
    listener->requests = json_array();
    listener->answer = options->answer;
    listener->user = options->user;
    if (options->asks_for_certificate)
        SSL_CTX_set_verify(listener->tls, SSL_VERIFY_PEER, accept_any);
    /* A session that knows the client's certificate is resumed only under a name. */
    SSL_CTX_set_session_id_context(listener->tls, (const unsigned char *)"listener", 8);
    pthread_mutex_init(&listener->lock, NULL);
    *problem = NULL;
    if (!(options->cert ? use_files : use_made)(listener->tls, options))
        *problem = memory_format("the certificate of the runner's own server cannot be used");
    else if (!listen_at(listener, options->address))
        *problem = memory_format("the runner cannot listen at %s", options->address);
    else if (pthread_create(&listener->thread, NULL, listener_main, listener) != 0)
        *problem = memory_format("no thread could be started");
    if (!*problem)
        return listener;
    atomic_store(&listener->stopping, true);
    listener_free(listener);
    return NULL;
}

void listener_free(struct listener *listener) {
    if (!listener)
        return;
    if (!atomic_exchange(&listener->stopping, true))
        pthread_join(listener->thread, NULL);
    while (atomic_load(&listener->serving))
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
    while (listener->contents) {
        struct content *content = listener->contents;
        listener->contents = content->next;
        content_free(content);
    }
    if (listener->socket >= 0)
        close(listener->socket);
    json_decref(listener->requests);
    pthread_mutex_destroy(&listener->lock);
    SSL_CTX_free(listener->tls);
    free(listener);
}

int listener_port(const struct listener *listener) {
    return listener->port;
}

json_t *listener_requests(struct listener *listener, const char *path) {
    json_t *found = json_array(), *request;
    size_t i;
    pthread_mutex_lock(&listener->lock);
    json_array_foreach(listener->requests, i, request) {
        if (strcmp(text_of(request, "path"), path) == 0)
            json_array_append_new(found, json_deep_copy(request));
    }
    pthread_mutex_unlock(&listener->lock);
    return found;
}

json_t *listener_wait(struct listener *listener, const char *path, size_t n, int ms) {
    json_t *found = listener_requests(listener, path);
    for (int waited = 0; json_array_size(found) < n && waited < ms; waited += POLL_MS) {
        json_decref(found);
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
        found = listener_requests(listener, path);
    }
    return found;
}
