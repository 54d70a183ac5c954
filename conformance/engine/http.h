/* One HTTP exchange at a time over libcurl, everything of it kept for the report. Redirects are
 * not followed here. */
#ifndef CONFORMANCE_ENGINE_HTTP_H
#define CONFORMANCE_ENGINE_HTTP_H

#include <stddef.h>

struct http;

struct http_request {
    const char *url;
    const char *method;        /* NULL: GET, or POST where there is a body */
    const char *content_type;  /* of the body; NULL: application/x-www-form-urlencoded */
    const char *body;          /* or NULL */
    const char *authorization; /* the header's value, or NULL */
    const char *accept;        /* or NULL */
};

struct http_header {
    char *name, *value; /* the name in lower case */
};

struct http_response {
    long status;
    struct http_header *headers;
    size_t n;
    char *body; /* NUL-terminated */
    size_t size;
};

struct http_options {
    const char *ca_file;       /* more certificate authorities, or NULL */
    const char *cookie_jar;    /* a file that gets the cookies at the end, or NULL */
    const char *forwarded_for; /* the X-Forwarded-For of every request, or NULL; borrowed */
    /* Called after every exchange; the response is NULL where none came. */
    void (*observe)(void *user, const struct http_request *request,
                    const struct http_response *response, const char *problem);
    void *user;
};

struct http *http_new(const struct http_options *options);
void http_free(struct http *http);
/* The answer, which the caller frees; NULL: none came, see http_problem. */
struct http_response *http_send(struct http *http, const struct http_request *request);
/* All cookies are gone. */
void http_forget(struct http *http);
void http_response_free(struct http_response *response);
const char *http_problem(const struct http *http);
/* The first header of this lower-case name; "" where there is none. */
const char *http_header(const struct http_response *response, const char *name);
/* `reference` against `base` (RFC 3986 5.2), fragment kept; NULL if it is no URL. The caller frees.
 */
char *http_resolve(const char *base, const char *reference);

#endif
