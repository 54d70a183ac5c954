/* The relying party's own https server: what the provider fetches (jwks_uri, request_uri,
 * sector_identifier_uri, a logo), what it posts (backchannel_logout_uri) and what browsers load
 * (frontchannel_logout_uri, callbacks). Every request is recorded. Threads of its own. */
#ifndef CONFORMANCE_ENGINE_LISTENER_H
#define CONFORMANCE_ENGINE_LISTENER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct listener;

struct listener_options {
    const char *address;     /* ADDR:PORT; port 0: any */
    const char *cert, *key;  /* PEM files of its certificate chain and key; or … */
    const char *ca, *ca_key; /* … of an authority that signs one for `host`; or neither: a
                                certificate signed by itself */
    const char *host;        /* the name in that certificate; NULL: localhost */
    /* Asked first, in the request's own thread; the request is as in listener_requests. The answer,
     * which is taken: {"status": 200, "headers": {}, "body": ""}; NULL: as if there were none. */
    json_t *(*answer)(void *user, const json_t *request);
    void *user;
    bool asks_for_certificate; /* of clients: any is good, see "x5t#S256" */
};

/* NULL with *problem set (the caller frees it). */
struct listener *listener_new(const struct listener_options *options, char **problem);
void listener_free(struct listener *listener);
int listener_port(const struct listener *listener);
/* From now on a GET or POST of `path` is answered so; NULL body: 404 again. Other paths answer 200
 * with an empty page under /callback and /post_logout_redirect, 404 elsewhere. */
void listener_serve(struct listener *listener, const char *path, const char *type,
                    const char *body);
/* As listener_serve, with bytes and one header more ("Cache-Control: max-age=60"), or NULL. */
void listener_serve_bytes(struct listener *listener, const char *path, const char *type,
                          const void *bytes, size_t n, const char *header);
/* The requests of this path so far, oldest first: [{"method", "path", "query", "headers": {},
 * "body", "tls": "TLSv1.3"}], and of a client with a certificate "x5t#S256" (RFC 8705 3.1) and
 * "subject" (RFC 4514). The caller owns. */
json_t *listener_requests(struct listener *listener, const char *path);
/* The same, waiting until there are at least `n` of them or ms have passed. */
json_t *listener_wait(struct listener *listener, const char *path, size_t n, int ms);

#endif
