#include "common/net/tests/http_stub_helper.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 32, TICK_MS = 10 };

/* The head, and as much body as it announces. */
static bool request_whole(const struct http_stub *stub) {
    str text = str_of(stub->request, stub->request_size);
    size_t end = str_find_str(text, S("\r\n\r\n"));
    size_t length = str_find_str(text, S("Content-Length: "));
    if (end == text.n)
        return false;
    size_t body = length < end ? strtoul(text.p + length + 16, NULL, 10) : 0;
    return text.n >= end + 4 + body;
}

static void read_request(struct http_stub *stub, int socket) {
    stub->request_size = 0;
    while (!request_whole(stub) && stub->request_size < sizeof stub->request - 1) {
        ssize_t n = recv(socket, stub->request + stub->request_size,
                         sizeof stub->request - 1 - stub->request_size, 0);
        if (n <= 0)
            return;
        stub->request_size += (size_t)n;
        stub->request[stub->request_size] = '\0';
    }
}

static void send_answer(struct http_stub *stub, int socket) {
    if (stub->drip_ms == 0) {
        str rest = stub->answer;
        while (rest.n) {
            ssize_t n = send(socket, rest.p, rest.n, MSG_NOSIGNAL);
            if (n <= 0)
                return;
            rest = str_from_pos(rest, (size_t)n);
        }
        return;
    }
    for (size_t i = 0; !atomic_load(&stub->stop); i++) {
        usleep((useconds_t)(stub->drip_ms > 0 ? stub->drip_ms : TICK_MS) * 1000);
        if (stub->drip_ms > 0 &&
            (i >= stub->answer.n || send(socket, stub->answer.p + i, 1, MSG_NOSIGNAL) != 1))
            return;
    }
}

static void *serve(void *arg) {
    struct http_stub *stub = arg;
    while (!atomic_load(&stub->stop)) {
        struct pollfd wait = {.fd = stub->listener, .events = POLLIN};
        if (poll(&wait, 1, TICK_MS) != 1)
            continue;
        int socket = accept(stub->listener, NULL, NULL);
        if (socket < 0)
            continue;
        atomic_fetch_add(&stub->connections, 1);
        read_request(stub, socket);
        send_answer(stub, socket);
        shutdown(socket, SHUT_WR);
        close(socket);
    }
    return NULL;
}

static int listen_tcp(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

void http_stub_start(struct http_stub *stub, const char *path) {
    atomic_store(&stub->stop, false);
    atomic_store(&stub->connections, 0);
    if (path) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
        stub->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(stub->listener, (struct sockaddr *)&address, sizeof address), 0);
    } else
        stub->listener = listen_tcp(&stub->port);
    assert_int_equal(listen(stub->listener, BACKLOG), 0);
    assert_int_equal(pthread_create(&stub->thread, NULL, serve, stub), 0);
}

void http_stub_stop(struct http_stub *stub) {
    atomic_store(&stub->stop, true);
    pthread_join(stub->thread, NULL);
    close(stub->listener);
}

int http_stub_free_port(void) {
    int port;
    close(listen_tcp(&port));
    return port;
}
