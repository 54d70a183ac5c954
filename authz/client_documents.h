/* Documents that clients name by URL: their keys, request objects. A stranger wrote the URL: https
 * only, a few seconds, a few kilobytes, no redirects, no private addresses (common/net/fetch.h),
 * and few at once, so that slow hosts of clients cannot take all workers. */
#ifndef AUTHZ_CLIENT_DOCUMENTS_H
#define AUTHZ_CLIENT_DOCUMENTS_H

#include "common/net/fetch.h"

struct client_documents_options {
    struct fetcher *fetcher;
    bool loopback_http; /* development: http is fine on a loopback host */
    int most;           /* at once */
};

struct client_documents;
err client_documents_new(const struct client_documents_options *options,
                         struct client_documents **out) MUST_CHECK;
/* NULL is allowed. */
void client_documents_free(struct client_documents *documents);

struct client_document {
    str url;    /* its fragment stays here */
    str accept; /* media types */
    size_t max_body;
};

/* Blocks. E_bad_request: not a URL that may be fetched; E_bad_gateway, E_gateway_timeout: nothing
 * came, or no answer with status 200; E_overloaded: too many at once. */
err client_documents_get(struct client_documents *documents, struct arena *arena,
                         const struct client_document *what, str *body) MUST_CHECK;

#endif
