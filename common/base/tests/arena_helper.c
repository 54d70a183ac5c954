#include "common/base/tests/arena_helper.h"

struct arena *arena;

int arena_open(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    return arena ? 0 : 1;
}

int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}
