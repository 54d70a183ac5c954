/* A provider of canned answers for tests of the engine: no sockets, a clock that the test sets. */
#ifndef RP_TESTS_FEED_HELPER_H
#define RP_TESTS_FEED_HELPER_H

#include "common/base/testing.h"
#include "rp/include/hitkey_rp.h"

#define ISSUER "https://op.example"

struct canned {
    const char *url; /* what must be asked, up to its query */
    int status;
    const char *body;
    const char *headers; /* lines, or NULL */
    int net_error;
};

struct feed {
    int64_t now;         /* feed_cfg's clock */
    int requests;        /* asked so far */
    char last_url[2048]; /* and what it was */
    char last_headers[4096];
    char last_body[16384];
};

/* A cfg for ISSUER and client "app" with the feed's clock, redirect_uri and secret. */
hk_cfg *feed_cfg(struct feed *feed);
/* Runs the op with those answers in their order, each of which must be asked for; what is asked
 * beyond them fails the test. Gives the op's result. */
int feed_run(struct feed *feed, hk_op *op, const struct canned *answers, size_t n, hk_error *e);

#define METADATA_URL ISSUER "/.well-known/openid-configuration"
/* Metadata of a provider with every endpoint, below ISSUER. */
extern const char feed_metadata[];

#endif
