/* Documents that clients name by URL: their keys, request objects. A stranger wrote the URL: https
 * only, a few seconds, a few kilobytes, no redirects, no private addresses (common/net/fetch.h). */
#ifndef AUTHZ_CLIENT_FETCH_H
#define AUTHZ_CLIENT_FETCH_H

#include "common/net/fetch.h"

struct client_fetch {
    struct fetcher *fetcher;
    bool loopback_http; /* development: http is fine on a loopback host */
    str url;
    str accept; /* media types */
    size_t max_body;
};

/* Blocks. E_bad_request: not a URL that may be fetched; E_bad_gateway, E_gateway_timeout: nothing
 * came, or no answer with status 200. */
err client_fetch(struct arena *arena, const struct client_fetch *what, str *body) MUST_CHECK;

#endif
