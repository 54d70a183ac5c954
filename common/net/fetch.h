/* Outbound HTTP with everything that keeps it safe: time and size caps, no redirects, pinned
 * protocols, and (unless told otherwise) no connection to a private address (RFC 1918, loopback,
 * link-local, unique local), decided on the resolved address when the socket is opened. */
#ifndef COMMON_NET_FETCH_H
#define COMMON_NET_FETCH_H

#include "common/base/str.h"

struct fetch_header {
    str name, value;
};

struct fetch_options {
    bool allow_private;
    str ca_file; /* extra trusted CAs, or absent */
};

struct fetch_request {
    str method; /* "GET" if absent */
    str url;
    const struct fetch_header *headers;
    size_t header_count;
    str body;
    int64_t connect_timeout_ms, timeout_ms; /* 0: 5 s and 10 s */
    size_t max_body;                        /* 0: 256 KiB */
};

struct fetch_response {
    int status;
    struct fetch_header *headers;
    size_t header_count;
    str body;
};

struct fetcher;
/* Keeps connections alive between calls; safe to use from many threads. */
err fetcher_new(const struct fetch_options *options, struct fetcher **out) MUST_CHECK;
void fetcher_free(struct fetcher *fetcher);
/* OK for every HTTP status. E_bad_gateway: no connection, TLS, a private address, a body over the
 * maximum; E_gateway_timeout. */
err fetch(struct fetcher *fetcher, struct arena *arena, const struct fetch_request *request,
          struct fetch_response *out) MUST_CHECK;
str fetch_header(const struct fetch_response *response, str name);

#endif
