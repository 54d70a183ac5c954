/* What the modules about logout share (OpenID Connect RP-Initiated Logout 1.0). */
#ifndef CONFORMANCE_MODULES_LOGOUT_H
#define CONFORMANCE_MODULES_LOGOUT_H

#include "conformance/engine/flow.h"

struct logout {
    struct flow *flow;           /* the sign-in that it ends */
    json_t *request;             /* the parameters, in their order */
    const char *redirect_uri;    /* the client's post_logout_redirect_uri */
    const struct page *page;     /* where the browser ended; kept */
    const struct page *question; /* the page that asked the person first, or NULL; kept */
};

/* Where clients of these plans are sent after logout, and the metadata that says so with `more`
 * members, or NULL. */
const char *logout_redirect_uri(struct run *run);
json_t *logout_metadata(struct run *run, json_t *more);
/* A client that has this metadata, a completed sign-in, and a request that has everything:
 * id_token_hint, post_logout_redirect_uri and a state of 128 characters. */
struct logout *logout_new(struct run *run, json_t *metadata);
/* The same request for a sign-in that was made otherwise. */
struct logout *logout_of(struct run *run, struct flow *flow);
/* Sets a parameter; NULL takes it out. */
void logout_set(struct logout *logout, const char *name, const char *value);
/* The end_session_endpoint with the parameters. */
const char *logout_url(struct run *run, const struct logout *logout);
/* Sends the browser there, to the first page. */
void logout_go(struct run *run, struct logout *logout);
/* The same, and a page that asks the person is answered with yes. */
void logout_walk(struct run *run, struct logout *logout);
/* The browser came back to the client with the state, if one was sent, and nothing else. */
void logout_expect_back(struct run *run, const struct logout *logout);
/* Nobody is signed in any more: prompt=none ends with an error that says so. */
void logout_expect_signed_out(struct run *run, const struct logout *logout);

#endif
