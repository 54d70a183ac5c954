#include "authz/jwks_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "keys/digest.h"

enum { ARENA = 512 * 1024 };

struct entry {
    bool taken;
    struct jwks *jwks; /* NULL: none yet */
    int64_t fetched_ms;
    int64_t rest_from_ms;
    bool rests;
    bool fetching;
    size_t waiting; /* threads that look at the entry without the lock */
    uint64_t used;  /* the higher, the later */
    uint64_t turn;  /* of its fetches */
};

struct jwks_cache {
    struct jwks_cache_options options;
    pthread_mutex_t lock;
    pthread_cond_t fetched;
    size_t waiting;
    uint64_t clock;      /* of uses */
    struct sha256 *keys; /* of a URL or of a text, side by side to be looked through */
    struct entry *entries;
};

err jwks_cache_new(const struct jwks_cache_options *options, struct jwks_cache **out) {
    struct jwks_cache *cache = calloc(1, sizeof *cache);
    REQUIRE(cache, no_memory, "there is no memory for clients' keys");
    cache->options = *options;
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->fetched, NULL);
    cache->keys = calloc(options->most, sizeof *cache->keys);
    cache->entries = calloc(options->most, sizeof *cache->entries);
    if (!cache->keys || !cache->entries) {
        jwks_cache_free(cache);
        return FAIL(no_memory, "there is no memory for clients' keys");
    }
    *out = cache;
    return OK;
}

static void clear(struct entry *entry) {
    jwks_give(entry->jwks);
    *entry = (struct entry){.taken = false};
}

void jwks_cache_free(struct jwks_cache *cache) {
    if (!cache)
        return;
    for (size_t i = 0; cache->entries && i < cache->options.most; i++)
        clear(&cache->entries[i]);
    free(cache->entries);
    free(cache->keys);
    pthread_cond_destroy(&cache->fetched);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* --- finding, under the lock ------------------------------------------------------------------ */

static struct entry *find(struct jwks_cache *cache, const struct sha256 *key) {
    for (size_t i = 0; i < cache->options.most; i++)
        if (cache->entries[i].taken && memcmp(&cache->keys[i], key, sizeof *key) == 0)
            return &cache->entries[i];
    return NULL;
}

/* A free one, or the least recently used one that nobody waits for. */
static struct entry *make_room(struct jwks_cache *cache) {
    struct entry *oldest = NULL;
    for (size_t i = 0; i < cache->options.most; i++) {
        struct entry *entry = &cache->entries[i];
        if (!entry->taken)
            return entry;
        if (!entry->waiting && (!oldest || entry->used < oldest->used))
            oldest = entry;
    }
    if (oldest)
        clear(oldest);
    return oldest;
}

static err find_or_make(struct jwks_cache *cache, const struct sha256 *key, struct entry **out) {
    struct entry *entry = find(cache, key);
    if (!entry) {
        entry = make_room(cache);
        REQUIRE(entry, overloaded, "too many keys of clients are waited for");
        entry->taken = true;
        cache->keys[entry - cache->entries] = *key;
    }
    entry->used = ++cache->clock;
    *out = entry;
    return OK;
}

/* --- what an entry is good for ---------------------------------------------------------------- */

/* A wall clock that was set back makes old, not eternal. */
static bool within(int64_t now_ms, int64_t then_ms, int64_t span_ms) {
    int64_t age = now_ms - then_ms;
    return age < span_ms && age > -span_ms;
}

static bool is_answer(const struct entry *entry, const struct jwks_wish *wish) {
    return entry->jwks && entry->jwks != wish->seen &&
           within(wish->now_ms, entry->fetched_ms, JWKS_FRESH_MS);
}

static bool is_usable(const struct entry *entry, int64_t now_ms) {
    return entry->jwks && within(now_ms, entry->fetched_ms, JWKS_STALE_MS);
}

static bool is_resting(const struct entry *entry, int64_t now_ms) {
    return entry->rests && within(now_ms, entry->rest_from_ms, JWKS_REST_MS);
}

static err what_there_is(const struct entry *entry, int64_t now_ms, struct jwks **out) {
    REQUIRE(is_usable(entry, now_ms), jose_key,
            "the client's keys cannot be fetched from its jwks_uri just now");
    *out = jwks_take(entry->jwks);
    return OK;
}

/* --- fetching --------------------------------------------------------------------------------- */

static err fetch_jwks(const struct jwks_cache *cache, str url, struct jwks **out) {
    struct client_document what = {.url = url,
                                   .accept = S("application/jwk-set+json, application/json"),
                                   .max_body = JWKS_MAX_BODY};
    struct arena *arena = arena_new(ARENA);
    str body;
    REQUIRE(arena, no_memory, "there is no memory for a client's keys");
    err e = client_documents_get(cache->options.documents, arena, &what, &body);
    if (!failed(e))
        e = jwks_new(body, out);
    arena_free(arena);
    return e;
}

static void fetched(struct entry *entry, err e, struct jwks *fresh, const struct jwks_wish *wish) {
    metrics_add(M_client_key_fetches, failed(e) ? S("failed") : S("ok"), 1);
    if (failed(e)) {
        log_err(LOG_WARN, "keys of a client", e);
    } else {
        jwks_give(entry->jwks);
        entry->jwks = fresh;
        entry->fetched_ms = wish->now_ms;
    }
    entry->rests = failed(e) || wish->seen;
    entry->rest_from_ms = wish->now_ms;
}

/* The lock is not held while the network is waited for. */
static void fetch_for_all(struct jwks_cache *cache, struct entry *entry,
                          const struct jwks_wish *wish) {
    struct jwks *fresh = NULL;
    entry->fetching = true;
    pthread_mutex_unlock(&cache->lock);
    err e = fetch_jwks(cache, wish->url, &fresh);
    pthread_mutex_lock(&cache->lock);
    entry->fetching = false;
    entry->turn++;
    fetched(entry, e, fresh, wish);
    pthread_cond_broadcast(&cache->fetched);
}

static void wait_for_other(struct jwks_cache *cache, const struct entry *entry) {
    uint64_t turn = entry->turn;
    while (entry->turn == turn)
        pthread_cond_wait(&cache->fetched, &cache->lock);
}

static err fetch_or_wait(struct jwks_cache *cache, struct entry *entry,
                         const struct jwks_wish *wish) {
    REQUIRE(cache->waiting < cache->options.most_waiting, overloaded,
            "too many requests wait for the keys of clients");
    cache->waiting++;
    entry->waiting++;
    if (entry->fetching)
        wait_for_other(cache, entry);
    else
        fetch_for_all(cache, entry, wish);
    entry->waiting--;
    cache->waiting--;
    return OK;
}

/* --- taking ----------------------------------------------------------------------------------- */

static err take(struct jwks_cache *cache, const struct jwks_wish *wish, struct jwks **out) {
    struct entry *entry;
    const struct sha256 key = sha256(wish->url);
    TRY(find_or_make(cache, &key, &entry));
    bool others_renew = entry->fetching && !wish->seen && is_usable(entry, wish->now_ms);
    bool fetch = !is_answer(entry, wish) && !others_renew && !is_resting(entry, wish->now_ms);
    REQUIRE(!fetch || wish->may_block, defer, "a client's keys must be fetched: it needs a worker");
    if (fetch)
        TRY(fetch_or_wait(cache, entry, wish));
    return what_there_is(entry, wish->now_ms, out);
}

err jwks_cache_take(struct jwks_cache *cache, const struct jwks_wish *wish, struct jwks **out) {
    assert(!str_empty(wish->url));
    pthread_mutex_lock(&cache->lock);
    err e = take(cache, wish, out);
    pthread_mutex_unlock(&cache->lock);
    return e;
}

/* --- sets by value ---------------------------------------------------------------------------- */

static struct jwks *known(struct jwks_cache *cache, const struct sha256 *key) {
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry)
        entry->used = ++cache->clock;
    struct jwks *jwks = entry ? jwks_take(entry->jwks) : NULL;
    pthread_mutex_unlock(&cache->lock);
    return jwks;
}

/* That there is no room is no reason to refuse: it is imported again the next time. */
static void keep(struct jwks_cache *cache, const struct sha256 *key, struct jwks *jwks) {
    struct entry *entry;
    pthread_mutex_lock(&cache->lock);
    if (!failed(find_or_make(cache, key, &entry)) && !entry->jwks)
        entry->jwks = jwks_take(jwks);
    pthread_mutex_unlock(&cache->lock);
}

err jwks_cache_take_text(struct jwks_cache *cache, str text, struct jwks **out) {
    const struct sha256 key = sha256(text); /* JSON: never the same text as a URL */
    *out = known(cache, &key);
    if (*out)
        return OK;
    TRY(jwks_new(text, out));
    keep(cache, &key, *out);
    return OK;
}
