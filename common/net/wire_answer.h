/* An HTTP/1.1 answer as it comes from the wire (RFC 9112), without input or output of its own: the
 * caller brings bytes, in whatever pieces they came, and takes the head and the pieces of the body.
 *
 * It is strict, because what two readers understand in two ways hides an answer in another one: a
 * folded line, a bare LF, both Content-Length and Transfer-Encoding, two lengths, a coding other
 * than chunked and a switch of protocols are E_bad_gateway. Interim answers (1xx) and trailers are
 * read past, within bounds. */
#ifndef COMMON_NET_WIRE_ANSWER_H
#define COMMON_NET_WIRE_ANSWER_H

#include "common/http/http.h"

enum { WIRE_HEAD_MAX = 16 * 1024, WIRE_HEADERS_MAX = 64 };

enum wire_step {
    WIRE_HEAD,
    WIRE_LENGTH, /* so many bytes */
    WIRE_CLOSE,  /* until the connection ends */
    WIRE_CHUNK_SIZE,
    WIRE_CHUNK_EXTENSION,
    WIRE_CHUNK_SIZE_LF,
    WIRE_CHUNK_DATA,
    WIRE_CHUNK_CR,
    WIRE_CHUNK_LF,
    WIRE_TRAILER,
    WIRE_TRAILER_LINE,
    WIRE_TRAILER_LF,
    WIRE_LAST_LF,
    WIRE_DONE
};

struct wire_answer {
    bool to_head; /* the request's method was HEAD: set it before the first byte */

    enum wire_step step;
    int status;
    struct header headers[WIRE_HEADERS_MAX]; /* in the arena */
    size_t header_count;
    int64_t length;  /* of the body, or of what HEAD would have had; -1: not told */
    bool keep_alive; /* the connection takes another request behind this answer */

    uint64_t left; /* of the body or chunk */
    size_t scanned, digits, spent;
    int interim;
};

/* The head, once `in` holds all of it: *used of its bytes, 0 if some are missing. */
err wire_answer_head(struct wire_answer *answer, struct arena *arena, str in,
                     size_t *used) MUST_CHECK;
/* The next bytes of the body, `max` at most, in `piece`, and how much of `in` is behind them. Call
 * it until it uses nothing. */
err wire_answer_body(struct wire_answer *answer, str in, size_t max, size_t *used,
                     str *piece) MUST_CHECK;
/* The connection has ended. E_bad_gateway: too early. */
err wire_answer_end(struct wire_answer *answer) MUST_CHECK;

#endif
