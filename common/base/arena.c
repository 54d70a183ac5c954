#include "common/base/arena.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#    define ARENA_ASAN 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ARENA_ASAN 1
#    endif
#endif
#ifdef ARENA_ASAN
#    include <sanitizer/asan_interface.h>
#    define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#    define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
enum { RED_ZONE = 16 };
#else
#    define POISON(p, n)   ((void)(p), (void)(n))
#    define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { ALIGN = alignof(max_align_t), FIRST_CHUNK = 4096 };

struct chunk {
    struct chunk *next;
    size_t size, used;
    alignas(ALIGN) unsigned char bytes[];
};

struct arena {
    struct memory memory;
    struct chunk *chunks; /* the newest first */
    size_t ceiling, reserved, used;
};

static void chunk_wipe(struct chunk *chunk) {
    UNPOISON(chunk->bytes, chunk->size);
    OPENSSL_cleanse(chunk->bytes, chunk->used);
    chunk->used = 0;
}

static void chunk_free(const struct memory *memory, struct chunk *chunk) {
    chunk_wipe(chunk);
    memory_free(memory, chunk);
}

static struct chunk *chunk_add(struct arena *arena, size_t need) {
    size_t size = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;
    if (size < need)
        size = need;
    if (size > arena->ceiling - arena->reserved)
        size = arena->ceiling - arena->reserved;
    if (size < need)
        return NULL;
    struct chunk *chunk = arena->memory.resize(arena->memory.context, NULL, sizeof *chunk + size);
    if (!chunk)
        return NULL;
    chunk->used = 0;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->reserved += size;
    POISON(chunk->bytes, size);
    return chunk;
}

struct arena *arena_new_in(const struct memory *memory, size_t ceiling) {
    struct arena *arena = memory_zeroed(memory, sizeof *arena);
    if (!arena)
        return NULL;
    arena->memory = *memory;
    arena->ceiling = ceiling;
    return arena;
}

struct arena *arena_new(size_t ceiling) {
    return arena_new_in(&memory_default, ceiling);
}

const struct memory *arena_memory(const struct arena *arena) {
    return &arena->memory;
}

void arena_reset(struct arena *arena) {
    while (arena->chunks && arena->chunks->next) {
        struct chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        chunk_free(&arena->memory, chunk);
    }
    arena->used = arena->reserved = 0;
    if (!arena->chunks)
        return;
    chunk_wipe(arena->chunks);
    arena->reserved = arena->chunks->size;
    POISON(arena->chunks->bytes, arena->chunks->size);
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    arena_reset(arena);
    if (arena->chunks)
        chunk_free(&arena->memory, arena->chunks);
    const struct memory memory = arena->memory;
    memory_free(&memory, arena);
}

void *arena_alloc(struct arena *arena, size_t n) {
    if (n > SIZE_MAX / 2)
        return NULL;
    size_t need = ((n ? n : 1) + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < need)
        chunk = chunk_add(arena, need);
    if (!chunk)
        return NULL;
    void *p = chunk->bytes + chunk->used;
    chunk->used += need;
    arena->used += n;
    UNPOISON(p, n ? n : 1);
    memset(p, 0, n); /* as it is handed out: most of a chunk often is not */
    return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(arena, count * size);
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}
