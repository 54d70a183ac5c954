/* The key sets that clients publish at their jwks_uri: fetched by one thread for all that ask, kept
 * for a minute, fetched again before that when a token names a key that is not there.
 *
 * A set that cannot be fetched anew goes on for JWKS_STALE_MS. After a failure, and after a fetch
 * for an unknown key, a URL has a rest of JWKS_REST_MS: whoever floods us with unknown keys makes
 * us send one request in that time. Threads that wait for fetches are bounded, so that slow hosts
 * of clients cannot take all workers. The least recently used set makes room. */
#ifndef AUTHZ_JWKS_CACHE_H
#define AUTHZ_JWKS_CACHE_H

#include "authz/client_documents.h"
#include "authz/jwks.h"

enum {
    JWKS_FRESH_MS = 60 * 1000,
    JWKS_REST_MS = 10 * 1000,
    JWKS_STALE_MS = 15 * 60 * 1000,
    JWKS_MAX_BODY = 64 * 1024
};

struct jwks_cache_options {
    struct client_documents *documents;
    size_t most;         /* sets that are kept */
    size_t most_waiting; /* threads that may wait for fetches */
};

struct jwks_cache;
err jwks_cache_new(const struct jwks_cache_options *options, struct jwks_cache **out) MUST_CHECK;
/* NULL is allowed. */
void jwks_cache_free(struct jwks_cache *cache);

struct jwks_wish {
    str url;
    const struct jwks *seen; /* lacks a key: a newer one is wanted. NULL: any that is fresh */
    int64_t now_ms;
    bool may_block;
};

/* *out may be `seen` again, when there is nothing newer. Give it back. E_defer: a fetch is needed
 * and the caller may not block. E_jose_key: the set cannot be had. E_overloaded: too many wait. */
err jwks_cache_take(struct jwks_cache *cache, const struct jwks_wish *wish,
                    struct jwks **out) MUST_CHECK;
/* The set that a client registered by value, imported once. */
err jwks_cache_take_text(struct jwks_cache *cache, str text, struct jwks **out) MUST_CHECK;

#endif
