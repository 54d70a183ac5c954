/* Token buckets in sets of WAYS: the key picks the set by a keyed hash, so that nobody can choose
 * to collide with somebody else, and the least recently used of the set makes room. */
#include "common/http/rate_limit.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/random.h"
#include "common/http/address.h"
#include "common/http/siphash.h"

enum { WAYS = 8, LOCKS = 64, MINUTE_MS = 60 * 1000, PREFIX_BYTES = 8 };

/* A request costs MINUTE_MS units; `per_minute` units come back each millisecond. */
struct bucket {
    uint64_t key[2]; /* two independent hashes of route and address: taken as unique */
    int64_t units, last_ms;
    bool used;
};

struct rate_limiter {
    struct bucket *buckets;
    size_t sets;
    uint64_t seeds[4];
    pthread_mutex_t locks[LOCKS];
};

err rate_limiter_new(size_t entries, struct rate_limiter **out) {
    struct rate_limiter *limiter = calloc(1, sizeof *limiter);
    REQUIRE(limiter, no_memory, "there is no memory for the rate limits");
    limiter->sets = (entries + WAYS - 1) / WAYS + (entries == 0);
    limiter->buckets = calloc(limiter->sets * WAYS, sizeof *limiter->buckets);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&limiter->locks[i], NULL);
    err e = limiter->buckets ? random_bytes(limiter->seeds, sizeof limiter->seeds)
                             : FAIL(no_memory, "there is no memory for the rate limits");
    if (failed(e)) {
        rate_limiter_free(limiter);
        return e;
    }
    *out = limiter;
    return OK;
}

void rate_limiter_free(struct rate_limiter *limiter) {
    if (!limiter)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&limiter->locks[i]);
    free(limiter->buckets);
    free(limiter);
}

/* The part of a key that counts: of an IPv6 address the /64 that one subscriber gets. */
static str significant(str key, struct address *address) {
    if (failed(address_parse(key, address)))
        return key;
    bool v4 = address_is_v4(address);
    return str_of((const char *)address->bytes, v4 ? sizeof address->bytes : PREFIX_BYTES);
}

static void hash_key(const struct rate_limiter *limiter, const void *route, str key,
                     uint64_t out[2]) {
    struct address address;
    str part = significant(key, &address);
    uint64_t where = (uint64_t)(uintptr_t)route;
    out[0] = siphash(limiter->seeds[0] ^ where, limiter->seeds[1], part);
    out[1] = siphash(limiter->seeds[2] ^ where, limiter->seeds[3], part);
}

/* The key's bucket, or the one that makes room for it, full. */
static struct bucket *find_bucket(struct bucket *set, const uint64_t key[2], int64_t full) {
    struct bucket *oldest = set;
    for (struct bucket *b = set; b < set + WAYS; b++) {
        if (b->used && b->key[0] == key[0] && b->key[1] == key[1])
            return b;
        if (oldest->used && (!b->used || b->last_ms < oldest->last_ms))
            oldest = b;
    }
    *oldest = (struct bucket){{key[0], key[1]}, full, 0, true};
    return oldest;
}

static bool take(struct bucket *b, int per_minute, int64_t now_ms, int64_t *retry_after_s) {
    int64_t full = (int64_t)per_minute * MINUTE_MS;
    int64_t passed = now_ms > b->last_ms ? now_ms - b->last_ms : 0;
    b->units = passed >= MINUTE_MS ? full : b->units + passed * per_minute;
    if (b->units > full)
        b->units = full;
    b->last_ms = now_ms > b->last_ms ? now_ms : b->last_ms;
    bool enough = b->units >= MINUTE_MS;
    if (enough)
        b->units -= MINUTE_MS;
    else
        *retry_after_s = ((MINUTE_MS - b->units) / per_minute + 999) / 1000;
    return enough;
}

err rate_limit(struct rate_limiter *limiter, const void *route, str key, int per_minute,
               int64_t now_ms, int64_t *retry_after_s) {
    uint64_t hash[2];
    hash_key(limiter, route, key, hash);
    size_t set = hash[0] % limiter->sets;
    pthread_mutex_t *lock = &limiter->locks[set % LOCKS];
    pthread_mutex_lock(lock);
    struct bucket *b =
        find_bucket(&limiter->buckets[set * WAYS], hash, (int64_t)per_minute * MINUTE_MS);
    bool enough = take(b, per_minute, now_ms, retry_after_s);
    pthread_mutex_unlock(lock);
    if (!enough && *retry_after_s < 1)
        *retry_after_s = 1;
    REQUIRE(enough, too_many_requests, "Too many requests, try again later");
    return OK;
}
