/* What of a message's head passes a proxy (RFC 9110 7.6), pure.
 *
 * Hop-by-hop headers and those that Connection names never pass. Of a request, neither do cookies,
 * which are this origin's, nor what only a proxy may say (Forwarded, X-Forwarded-*, X-Request-Id):
 * that is written anew from what the server found out (server_proxy.h). Of an answer, neither do
 * cookies and what rules the origin (security headers, CORS, Clear-Site-Data). */
#ifndef COMMON_HTTP_FORWARD_H
#define COMMON_HTTP_FORWARD_H

#include "common/http/http.h"

struct forward {
    str authority;   /* for Host */
    str base;        /* before the path */
    const str *ours; /* names that only we may send, in either direction */
    size_t ours_n;
    const struct header *more; /* which we add */
    size_t more_n;
    size_t max; /* of the head, bytes */
};

/* The head of the request, whole: line, headers, empty line. How long the body is it says as the
 * client did. E_bad_gateway: the request has passed here before (RFC 9110 7.6.3); E_head_too_large.
 */
err forward_request(struct request *rq, const struct forward *to, str *head) MUST_CHECK;
/* Adds to rs what passes of an answer's headers, which live as long as rs, with C strings for
 * names. E_bad_gateway: there are too many. */
err forward_answer(struct request *rq, const struct forward *from, const struct header *headers,
                   size_t n, struct response *rs) MUST_CHECK;
/* RFC 9110 9.2.2 */
bool forward_is_idempotent(enum http_method method);

#endif
