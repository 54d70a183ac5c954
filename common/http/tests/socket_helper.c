#include "socket_helper.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

int socket_open(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        abort();
    }
    return fd;
}

void socket_send(int fd, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server has closed: the test reads what it said */
        bytes += sent;
        n -= (size_t)sent;
    }
}

static ssize_t read_some(int fd, char *to, size_t n) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, PATIENCE_MS) != 1)
        return -1;
    return recv(fd, to, n, 0);
}

bool answer_header(const struct answer *answer, const char *name, char value[256]) {
    size_t name_n = strlen(name);
    const char *line = strstr(answer->text, "\r\n");
    while (line && line + 2 < answer->text + answer->body) {
        line += 2;
        if (strncasecmp(line, name, name_n) == 0 && line[name_n] == ':') {
            const char *start = line + name_n + 1 + (line[name_n + 1] == ' ');
            snprintf(value, 256, "%.*s", (int)strcspn(start, "\r\n"), start);
            return true;
        }
        line = strstr(line, "\r\n");
    }
    return false;
}

/* One byte at a time while in the head, so that a pipelined answer behind it stays unread. */
static bool read_head(int fd, struct answer *out) {
    while (out->n < ANSWER_MAX - 1 && !strstr(out->text, "\r\n\r\n")) {
        if (read_some(fd, out->text + out->n, 1) != 1)
            return false;
        out->text[++out->n] = '\0';
    }
    out->body = out->n;
    return true;
}

void socket_read_answer(int fd, struct answer *out, bool head) {
    char length[256];
    out->n = out->body = 0;
    out->text[0] = '\0';
    out->status = 0;
    if (!read_head(fd, out))
        return;
    out->status = atoi(out->text + strlen("HTTP/1.1 "));
    size_t left =
        !head && answer_header(out, "Content-Length", length) ? strtoul(length, NULL, 10) : 0;
    while (left > 0 && out->n < ANSWER_MAX - 1) {
        ssize_t n = read_some(fd, out->text + out->n, left);
        if (n <= 0)
            return;
        out->n += (size_t)n;
        left -= (size_t)n;
        out->text[out->n] = '\0';
    }
}

bool socket_closes(int fd) {
    char waste[4096];
    ssize_t n;
    while ((n = read_some(fd, waste, sizeof waste)) > 0)
        ;
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    return n == 0 || poll(&readable, 1, 0) == 1;
}

void socket_ask(int port, const char *request, struct answer *out) {
    int fd = socket_open(port);
    socket_send(fd, request, strlen(request));
    socket_read_answer(fd, out, strncmp(request, "HEAD ", 5) == 0);
    close(fd);
}
