/* Access tokens whose signature was verified, and the cache of them.
 *
 * A verified token does not change: sessions of many threads share it. What the cache tells is that
 * the provider signed the token, no more: its claims are judged again for each request. */
#ifndef RP_ENGINE_VERIFIED_H
#define RP_ENGINE_VERIFIED_H

#include "keys/digest.h"
#include "rp/engine/keyset.h"
#include "rp/engine/session.h"
#include "rp/protocol/access_token.h"

struct verified {
    _Atomic size_t references;
    struct memory memory;
    struct arena *arena;
    struct sha256 digest; /* of the token, by which the cache knows it */
    int64_t until;        /* when the cache forgets it */
    json_t *claims;
    struct access_token token;
    str text, claims_text;
    str authorization_details; /* JSON (RFC 9396), or absent */
};

/* Reads what a verified signature covers; breaks the rules of access_token_read. The caller lets
 * it go. */
err verified_new(const struct memory *memory, const struct signed_token *signed_token,
                 struct failure *failure, struct verified **out) MUST_CHECK;
/* NULL is allowed. Any thread. */
void verified_release(struct verified *verified);
/* A session that tells its claims and keeps it. `dpop`: how it was presented. */
err verified_session(struct verified *verified, bool dpop, hk_session **out) MUST_CHECK;

struct verified_cache;

/* Of `capacity` tokens; 0: it remembers nothing. */
err verified_cache_new(const struct memory *memory, size_t capacity,
                       struct verified_cache **out) MUST_CHECK;
void verified_cache_free(struct verified_cache *cache);
/* The token with that digest, for the caller to let go; NULL: not here. Any thread. */
struct verified *verified_cache_find(struct verified_cache *cache, const struct sha256 *digest,
                                     int64_t now);
/* Remembers it for 60 s, and never past its exp; among those in its place the one that ends first
 * goes. Any thread. */
void verified_cache_keep(struct verified_cache *cache, struct verified *verified, int64_t now);

#endif
