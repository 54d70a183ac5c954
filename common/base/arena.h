/* Memory with one lifetime: everything that a request allocates is freed, wiped, at once.
 *
 * An arena has a ceiling. Past it (or when memory is gone) allocation returns NULL; callers that
 * build text use str.h and buf.h, which turn that into E_no_memory. Never shared by two threads. */
#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

#include <stddef.h>

#include "common/base/memory.h"

struct arena;

/* `ceiling` in bytes, over all chunks. NULL: no memory. The caller frees it. */
struct arena *arena_new(size_t ceiling);
/* The same, with memory from elsewhere. */
struct arena *arena_new_in(const struct memory *memory, size_t ceiling);
/* Where its memory comes from. */
const struct memory *arena_memory(const struct arena *arena);
/* Wipes and frees all that came from the arena, and the arena. NULL is allowed. */
void arena_free(struct arena *arena);
/* Wipes and empties it, keeping one chunk for the next use. */
void arena_reset(struct arena *arena);
/* Zeroed, aligned for any type; NULL past the ceiling. n == 0 gives a valid unique pointer. */
void *arena_alloc(struct arena *arena, size_t n);
/* The same for `count` objects of `size` bytes, overflow checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

/* struct foo *f = ARENA_NEW(arena, struct foo); */
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
