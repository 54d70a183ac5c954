/* The way to the core store: embedded (core/core.h) or over HTTP (--core-url). */
#ifndef AUTHZ_CORE_LINK_H
#define AUTHZ_CORE_LINK_H

#include "common/http/http.h"

struct core_link;

struct core_link_options {
    struct core *embedded; /* or NULL: */
    str url;               /* http(s)://host[:port] or unix:/path */
    str ca_file;           /* more certificate authorities, or absent */
    str credential;        /* sent as Authorization: Bearer on internal calls */
    /* At once; the others are refused at once. */
    int most_calls, most_forwarded;
    int64_t connect_ms, first_byte_ms, idle_ms, total_ms; /* deadlines (common/net/relay.h) */
};

err core_link_new(const struct core_link_options *options, struct core_link **out) MUST_CHECK;
void core_link_free(struct core_link *link);
bool core_link_is_remote(const struct core_link *link);
/* Passes a browser's or partner's request on and fills rs with the answer; like every call it
 * leaves what happened to an account in rq->event (authz/account_event.h). For routes of RUN_RELAY:
 * E_defer until the answer is there, which comes in rq->transfer where the store is not in this
 * process. */
err core_link_forward(struct core_link *link, struct request *rq, struct response *rs) MUST_CHECK;
/* A call of ours: an internal one, or one of the account API for a person. */
struct core_call {
    enum http_method method;
    str path;   /* with its query, if any */
    str json;   /* the body, or absent */
    str acting; /* the user for whom it is, signed in here; absent: whoever rq's Bearer token says
                 */
};
/* Makes it on behalf of `rq`, in its language: mails that it causes speak it. OK for every answer
 * of the core store: read rs->status and rs->body. E_core_unavailable when it does not answer. */
err core_link_call(struct core_link *link, struct request *rq, const struct core_call *call,
                   struct response *rs) MUST_CHECK;
err core_link_check(struct core_link *link) MUST_CHECK;
/* "closed", "open" or "half-open": the circuit breaker before a remote one; absent if embedded. */
str core_link_circuit(struct core_link *link);

#endif
