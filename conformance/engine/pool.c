#include "conformance/engine/pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/engine/memory.h"

struct kept {
    void *p;
    void (*release)(void *);
    struct kept *older;
};

struct pool {
    struct kept *newest;
};

struct pool *pool_new(void) {
    return memory_new(1, sizeof(struct pool));
}

void pool_free(struct pool *pool) {
    while (pool && pool->newest) {
        struct kept *kept = pool->newest;
        pool->newest = kept->older;
        kept->release(kept->p);
        free(kept);
    }
    free(pool);
}

void *pool_keep(struct pool *pool, void *p, void (*release)(void *)) {
    if (!p)
        return NULL;
    struct kept *kept = memory_new(1, sizeof *kept);
    *kept = (struct kept){.p = p, .release = release, .older = pool->newest};
    pool->newest = kept;
    return p;
}

void *pool_alloc(struct pool *pool, size_t n) {
    return pool_keep(pool, memory_new(1, n), free);
}

char *pool_text(struct pool *pool, char *text) {
    return pool_keep(pool, text, free);
}

char *pool_copy(struct pool *pool, const char *text, size_t n) {
    return pool_text(pool, memory_copy(text, n));
}

char *pool_format(struct pool *pool, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = memory_format_list(format, args);
    va_end(args);
    return pool_text(pool, text);
}

static void release_json(void *value) {
    json_decref(value);
}

json_t *pool_json(struct pool *pool, json_t *value) {
    return pool_keep(pool, value, release_json);
}
