#include <pthread.h>
#include <stdlib.h>

#include "authz/openapi/openapi.h"
#include "common/base/base64url.h"
#include "keys/digest.h"

enum { ARENA = 4 << 20, TAG = 16 };

struct openapi_cache {
    pthread_mutex_t lock;
    struct arena *kept;
    str document, etag;
};

err openapi_cache_new(struct openapi_cache **out) {
    struct openapi_cache *cache = calloc(1, sizeof *cache);
    REQUIRE(cache, no_memory, "there is no memory for the OpenAPI document");
    pthread_mutex_init(&cache->lock, NULL);
    *out = cache;
    return OK;
}

void openapi_cache_free(struct openapi_cache *cache) {
    if (!cache)
        return;
    pthread_mutex_destroy(&cache->lock);
    arena_free(cache->kept);
    free(cache);
}

/* A strong validator (RFC 9110 8.8.3): the bytes are the same as long as the program is. */
static err keep(struct openapi_cache *cache, str document) {
    struct sha256 hash = sha256(document);
    str tag;
    TRY(base64url_encode(cache->kept, str_head(sha256_str(&hash), TAG), &tag));
    TRY(STR_JOIN(cache->kept, &cache->etag, S("\""), tag, S("\"")));
    return str_dup(cache->kept, document, &cache->document);
}

static err make(const struct authz *authz, struct openapi_cache *cache) {
    str document;
    struct arena *arena = arena_new(ARENA);
    cache->kept = arena_new(OPENAPI_MAX + 4096);
    err e = arena && cache->kept ? openapi_write(authz, arena, &document)
                                 : FAIL(no_memory, "there is no memory for the OpenAPI document");
    if (!failed(e))
        e = keep(cache, document);
    arena_free(arena);
    if (!failed(e))
        return OK;
    arena_free(cache->kept);
    cache->kept = NULL;
    return e;
}

err openapi_get(const struct authz *authz, str *document, str *etag) {
    struct openapi_cache *cache = authz->openapi;
    pthread_mutex_lock(&cache->lock);
    err e = cache->kept ? OK : make(authz, cache);
    *document = cache->document;
    *etag = cache->etag;
    pthread_mutex_unlock(&cache->lock);
    return e;
}
