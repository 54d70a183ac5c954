/* The cache of verified.h: a token may be in its set's places only, so looking is a few comparisons
 * under one of several locks. */
#include <pthread.h>
#include <stdatomic.h>

#include "rp/engine/verified.h"

enum { WAYS = 4, LOCKS = 16, LONGEST_S = 60 };

struct verified_cache {
    struct memory memory;
    size_t sets, ways;
    pthread_mutex_t locks[LOCKS]; /* of the sets with that remainder */
    struct verified *places[];
};

err verified_cache_new(const struct memory *memory, size_t capacity, struct verified_cache **out) {
    size_t ways = capacity < WAYS ? capacity : WAYS, sets = ways ? capacity / ways : 0;
    struct verified_cache *cache =
        memory_zeroed(memory, sizeof *cache + sets * ways * sizeof(void *));
    REQUIRE(cache, no_memory, "there is no memory for a client");
    cache->memory = *memory;
    cache->sets = sets;
    cache->ways = ways;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&cache->locks[i], NULL);
    *out = cache;
    return OK;
}

void verified_cache_free(struct verified_cache *cache) {
    if (!cache)
        return;
    for (size_t i = 0; i < cache->sets * cache->ways; i++)
        verified_release(cache->places[i]);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&cache->locks[i]);
    const struct memory memory = cache->memory;
    memory_free(&memory, cache);
}

static size_t set_of(const struct verified_cache *cache, const struct sha256 *digest) {
    uint64_t number;
    memcpy(&number, digest->bytes, sizeof number);
    return (size_t)(number % cache->sets);
}

static bool is(const struct verified *verified, const struct sha256 *digest) {
    return verified && memcmp(verified->digest.bytes, digest->bytes, sizeof digest->bytes) == 0;
}

/* A clock that was set back does not lengthen a life. */
static bool is_live(const struct verified *verified, int64_t now) {
    return now < verified->until && verified->until - now <= LONGEST_S;
}

struct verified *verified_cache_find(struct verified_cache *cache, const struct sha256 *digest,
                                     int64_t now) {
    if (!cache->sets)
        return NULL;
    size_t set = set_of(cache, digest);
    struct verified **places = &cache->places[set * cache->ways], *found = NULL;
    pthread_mutex_lock(&cache->locks[set % LOCKS]);
    for (size_t i = 0; i < cache->ways && !found; i++)
        if (is(places[i], digest) && is_live(places[i], now))
            found = places[i];
    if (found)
        atomic_fetch_add(&found->references, 1);
    pthread_mutex_unlock(&cache->locks[set % LOCKS]);
    return found;
}

/* The same token's, a free one, or the one that ends first. */
static struct verified **place_for(struct verified **places, size_t ways,
                                   const struct sha256 *digest) {
    struct verified **best = places;
    for (size_t i = 0; i < ways; i++) {
        if (is(places[i], digest))
            return &places[i];
        if (*best && (!places[i] || places[i]->until < (*best)->until))
            best = &places[i];
    }
    return best;
}

void verified_cache_keep(struct verified_cache *cache, struct verified *verified, int64_t now) {
    int64_t exp = verified->token.exp;
    if (!cache->sets || exp <= now)
        return;
    verified->until = exp - now < LONGEST_S ? exp : now + LONGEST_S;
    size_t set = set_of(cache, &verified->digest);
    pthread_mutex_lock(&cache->locks[set % LOCKS]);
    struct verified **place =
        place_for(&cache->places[set * cache->ways], cache->ways, &verified->digest);
    struct verified *old = *place;
    *place = verified;
    atomic_fetch_add(&verified->references, 1);
    pthread_mutex_unlock(&cache->locks[set % LOCKS]);
    verified_release(old);
}
