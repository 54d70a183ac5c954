/* A client of bytes: what it sends is not tidied up by any library. */
#ifndef COMMON_HTTP_TESTS_SOCKET_HELPER_H
#define COMMON_HTTP_TESTS_SOCKET_HELPER_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_MAX = 256 * 1024 };

struct answer {
    int status; /* 0: none came */
    char text[ANSWER_MAX];
    size_t n, body; /* where the body starts */
};

/* Connects to 127.0.0.1; aborts the test if it cannot. */
int socket_open(int port);
void socket_send(int fd, const char *bytes, size_t n);
/* Reads one answer by its Content-Length; `head`: it has no body. */
void socket_read_answer(int fd, struct answer *out, bool head);
/* Whether the server closes within ten seconds; bytes before that are read away. */
bool socket_closes(int fd);
/* The value of a header of the answer in `value` (at most 255 bytes); false if there is none. */
bool answer_header(const struct answer *answer, const char *name, char value[256]);
/* Opens, sends, reads one answer, closes. */
void socket_ask(int port, const char *request, struct answer *out);

#endif
