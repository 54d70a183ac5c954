/* The structs that a caller fills begin with their size: one that was compiled with an older header
 * is shorter, and the rest of it is absent; of one with a newer header the end is not known here.
 */
#ifndef RP_ENGINE_SIZED_H
#define RP_ENGINE_SIZED_H

#include <stdint.h>
#include <string.h>

/* Fills the `room` bytes at `to`; `given` may be NULL: all is absent. */
static inline void sized_copy(void *to, size_t room, const void *given) {
    uint32_t size = 0;
    memset(to, 0, room);
    if (given)
        memcpy(&size, given, sizeof size);
    if (size)
        memcpy(to, given, size < room ? size : room);
}

#endif
