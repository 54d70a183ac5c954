/* Where memory comes from: the C library, or the allocator that a program handed to the library
 * (libhitkey-rp's hk_cfg_allocator). Arenas and keys are told at birth and keep to it. */
#ifndef COMMON_BASE_MEMORY_H
#define COMMON_BASE_MEMORY_H

#include <stddef.h>

struct memory {
    /* p == NULL allocates, n == 0 frees and returns NULL, else resizes; NULL: there is none. */
    void *(*resize)(void *context, void *p, size_t n);
    void *context;
};

/* malloc and friends. */
extern const struct memory memory_default;

/* Zeroed; NULL when there is none. */
void *memory_zeroed(const struct memory *memory, size_t n);
/* NULL is allowed. */
void memory_free(const struct memory *memory, void *p);

#endif
