#include "rp/engine/seen.h"

#include <pthread.h>

#include "keys/digest.h"

/* A table of buckets: a thing may be in its bucket's places only, so looking is a few comparisons.
 * A table that would push out what is still live grows instead, up to 256 Ki entries. */
enum { WAYS = 8, DIGEST = 16, FIRST_BUCKETS = 128, MOST_BUCKETS = 32 * 1024 };

struct entry {
    uint8_t digest[DIGEST];
    int64_t expires; /* 0: free */
};

struct seen {
    struct memory memory;
    pthread_mutex_t lock;
    struct entry *table; /* made when first needed */
    size_t buckets;
};

err seen_new(const struct memory *memory, struct seen **out) {
    *out = memory_zeroed(memory, sizeof **out);
    REQUIRE(*out, no_memory, "there is no memory for a client");
    (*out)->memory = *memory;
    pthread_mutex_init(&(*out)->lock, NULL);
    return OK;
}

void seen_free(struct seen *seen) {
    if (!seen)
        return;
    pthread_mutex_destroy(&seen->lock);
    memory_free(&seen->memory, seen->table);
    const struct memory memory = seen->memory;
    memory_free(&memory, seen);
}

static struct entry *bucket_of(struct entry *table, size_t buckets, const uint8_t *digest) {
    size_t hash = (size_t)digest[0] << 16 | (size_t)digest[1] << 8 | digest[2];
    return &table[hash % buckets * WAYS];
}

static bool same(const struct entry *entry, const uint8_t *digest) {
    return memcmp(entry->digest, digest, DIGEST) == 0;
}

/* The entry to write: a free one, one that is over, or else the one that ends first. */
static struct entry *soonest(struct entry *bucket) {
    struct entry *best = bucket;
    for (size_t i = 1; i < WAYS; i++)
        if (bucket[i].expires < best->expires)
            best = &bucket[i];
    return best;
}

static bool grow(struct seen *seen) {
    size_t buckets = seen->buckets ? seen->buckets * 4 : FIRST_BUCKETS;
    if (buckets > MOST_BUCKETS)
        return false;
    struct entry *table = memory_zeroed(&seen->memory, buckets * WAYS * sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < seen->buckets * WAYS; i++)
        if (seen->table[i].expires)
            *soonest(bucket_of(table, buckets, seen->table[i].digest)) = seen->table[i];
    memory_free(&seen->memory, seen->table);
    seen->table = table;
    seen->buckets = buckets;
    return true;
}

static bool first(struct seen *seen, const uint8_t *digest, int64_t expires, int64_t now) {
    if (!seen->table && !grow(seen))
        return false; /* what cannot be remembered is refused */
    struct entry *bucket = bucket_of(seen->table, seen->buckets, digest);
    for (size_t i = 0; i < WAYS; i++)
        if (bucket[i].expires >= now && same(&bucket[i], digest))
            return false;
    struct entry *entry = soonest(bucket);
    while (entry->expires >= now && grow(seen))
        entry = soonest(bucket_of(seen->table, seen->buckets, digest));
    memcpy(entry->digest, digest, DIGEST);
    entry->expires = expires;
    return true;
}

bool seen_first(struct seen *seen, str kind, str what, int64_t expires, int64_t now) {
    char key[64] = {0};
    memcpy(key, kind.p, kind.n < sizeof key / 2 ? kind.n : sizeof key / 2);
    struct sha256 digest = sha256(what);
    memcpy(key + sizeof key / 2, digest.bytes, sizeof digest.bytes);
    digest = sha256(str_of(key, sizeof key));
    pthread_mutex_lock(&seen->lock);
    bool is_first = first(seen, digest.bytes, expires, now);
    pthread_mutex_unlock(&seen->lock);
    return is_first;
}
