/* A web server of one thread, as small as an application's test needs. */
#ifndef RP_TESTS_UNDER_TEST_WEB_H
#define RP_TESTS_UNDER_TEST_WEB_H

#include <stddef.h>

enum { WEB_BODY_MAX = 64 * 1024 };

struct web_request {
    const char *method, *path;
    const char *query;                  /* raw, or "" */
    const char *cookie, *authorization; /* headers, or NULL */
    const char *body;                   /* of a POST, or "" */
};

struct web_response {
    int status;
    char location[8192];
    char cookies[3][6144]; /* Set-Cookie values; "" ends them */
    const char *type;      /* "text/plain" if NULL */
    char body[65536];
};

typedef void web_handler(void *context, const struct web_request *, struct web_response *);

/* Listens at 127.0.0.1:port until the process is told to end. 0 when that went well. */
int web_serve(unsigned short port, web_handler *handler, void *context);

#endif
