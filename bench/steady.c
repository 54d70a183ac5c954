/* One request at a fixed rate on one connection, and how long each answer took from the moment its
 * request was due: a late answer delays the requests behind it, and counts for them too.
 *
 *   steady PORT PATH EXPECT PER_SECOND SECONDS
 *
 * Prints p50, p99 and the slowest in microseconds, the number of answers, and how many were wrong
 * (not 200, or without EXPECT). */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"

enum { ANSWER_MAX = 65536, ANSWERS_MAX = 100000, SECOND_US = 1000000 };

static int64_t took_us[ANSWERS_MAX];
static char answer[ANSWER_MAX + 1];

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "steady: %s\n", what);
    exit(1);
}

static int reach(uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    check(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "no connection");
    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "no TCP_NODELAY");
    return fd;
}

/* The length of the whole answer; 0: its head is not complete. */
static size_t length_of(void) {
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strcasestr(answer, "\r\nContent-Length:");
    if (!end)
        return 0;
    check(length && length < end, "an answer has no Content-Length");
    size_t n = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
    check(n < ANSWER_MAX, "an answer is too long");
    return (size_t)(end + 4 - answer) + n;
}

static void ask(int fd, const char *request) {
    size_t n = strlen(request), have = 0, whole = 0;
    check(write(fd, request, n) == (ssize_t)n, "a request could not be sent");
    while (!whole || have < whole) {
        ssize_t got = read(fd, answer + have, ANSWER_MAX - have);
        check(got > 0, "the connection ended");
        have += (size_t)got;
        answer[have] = '\0';
        whole = whole ? whole : length_of();
    }
}

static void sleep_until(int64_t due_us) {
    struct timespec due = {due_us / SECOND_US, due_us % SECOND_US * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
        continue;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    check(argc == 6, "usage: steady PORT PATH EXPECT PER_SECOND SECONDS");
    long rate = strtol(argv[4], NULL, 10), wanted = rate * strtol(argv[5], NULL, 10);
    check(rate > 0 && wanted > 0 && wanted <= ANSWERS_MAX, "rate or seconds are out of range");
    char request[1024];
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost:%s\r\n\r\n",
                     argv[2], argv[1]);
    check(n > 0 && (size_t)n < sizeof request, "the path is too long");
    int fd = reach((uint16_t)strtoul(argv[1], NULL, 10));
    int64_t start_us = clock_monotonic_us();
    long wrong = 0;
    for (long i = 0; i < wanted; i++) {
        int64_t due_us = start_us + i * SECOND_US / rate;
        sleep_until(due_us);
        ask(fd, request);
        took_us[i] = clock_monotonic_us() - due_us;
        wrong += strncmp(answer, "HTTP/1.1 200 ", 13) != 0 || !strstr(answer, argv[3]);
    }
    qsort(took_us, (size_t)wanted, sizeof took_us[0], by_size);
    printf("%lld %lld %lld %ld %ld\n", (long long)took_us[wanted / 2],
           (long long)took_us[wanted * 99 / 100], (long long)took_us[wanted - 1], wanted, wrong);
    close(fd);
    return 0;
}
