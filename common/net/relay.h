/* Passes requests on to one other server (upstream.h) and its answers back, both while they come:
 * one thread for all of them, connections that are kept, and deadlines. A call holds two pipes of
 * 32 KiB; whoever brings faster than the other side takes is made to wait.
 *
 * A redirect, a coding of the content and a status are passed on as they are. What was sent is sent
 * once more only if the method is idempotent (RFC 9110 9.2.2), nothing of its body is spent, and a
 * connection from before ended without a byte of an answer; never twice. */
#ifndef COMMON_NET_RELAY_H
#define COMMON_NET_RELAY_H

#include "common/http/http.h"

struct relay;

struct relay_options {
    str url;     /* http(s)://host[:port][/base] or unix:/path */
    str ca_file; /* more certificate authorities, or absent */
    int64_t connect_ms;
    int64_t first_byte_ms; /* from the end of the request to the head of the answer */
    int64_t idle_ms;       /* without a byte where one is due */
    int64_t total_ms;      /* of a whole call */
};

/* E_config: the URL or the file. */
err relay_new(const struct relay_options *options, struct relay **out) MUST_CHECK;
/* When every transfer has ended. NULL is allowed. */
void relay_free(struct relay *relay);
/* What Host says, and what stands before the paths. */
str relay_authority(const struct relay *relay);
str relay_base(const struct relay *relay);

enum relay_body { RELAY_NO_BODY, RELAY_LENGTH, RELAY_CHUNKED };

enum { RELAY_HEAD_MAX = 20 * 1024 };

struct relay_request {
    str head;        /* the whole head, with its empty line; copied */
    bool to_head;    /* the method is HEAD */
    bool repeatable; /* the method is idempotent */
    enum relay_body body;
    str whole;                 /* all of the body, 32 KiB at most; absent: it comes by put() */
    int64_t total_ms;          /* of this call; 0: as the options say */
    void (*wake)(void *waker); /* on the relay's thread, as rq->wake */
    void *waker;
    /* What came of it, once, on the relay's thread: E_io: no connection, or it broke;
     * E_gateway_timeout; E_bad_gateway: what came is no answer. OK with status 0: given up here. */
    void (*done)(void *arg, int tag, err e, int status);
    void *arg;
    int tag;
};

/* E_no_memory; E_head_too_large; E_payload_too_large. */
err relay_start(struct relay *relay, const struct relay_request *request,
                struct transfer **out) MUST_CHECK;

struct relay_answer {
    int status;
    const struct header *headers; /* as they came; they live until the transfer ends */
    size_t header_count;
    int64_t length; /* -1: not told */
    bool whole;     /* all of the body is in `body`; else it is to be had from the transfer */
    str body;
};
/* Of a transfer that has begun. The errors of `done`. */
err relay_answer_of(struct transfer *transfer, struct relay_answer *out) MUST_CHECK;

/* A whole request with a whole answer, for whoever may wait: on a worker. */
struct relay_question {
    str head, body; /* of the body 32 KiB at most */
    bool repeatable;
    int64_t total_ms; /* 0: as the options say */
    size_t max;       /* of the answer's body */
};
/* Everything in the arena. The errors of `done`, and E_bad_gateway: the body is larger than `max`.
 */
err relay_ask(struct relay *relay, struct arena *arena, const struct relay_question *question,
              struct relay_answer *out) MUST_CHECK;
/* The first header of that name (any case), or absent. */
str relay_answer_header(const struct relay_answer *answer, str name);

#endif
