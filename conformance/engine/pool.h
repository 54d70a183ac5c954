/* What one module run allocates: kept until the run is over, released in one go. A module ends
 * anywhere (a failed condition does not return), so nothing it holds may need a free of its own. */
#ifndef CONFORMANCE_ENGINE_POOL_H
#define CONFORMANCE_ENGINE_POOL_H

#include <jansson.h>
#include <stddef.h>

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *pool);
/* Takes `p`: release(p) is called with the pool's end, newest first. NULL is kept as NULL. */
void *pool_keep(struct pool *pool, void *p, void (*release)(void *));
/* Zeroed. */
void *pool_alloc(struct pool *pool, size_t n);
char *pool_copy(struct pool *pool, const char *text, size_t n);
char *pool_format(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes one reference. */
json_t *pool_json(struct pool *pool, json_t *value);
/* Takes a text from malloc. */
char *pool_text(struct pool *pool, char *text);

#endif
