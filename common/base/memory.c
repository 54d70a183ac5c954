#include "common/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *resize(void *context, void *p, size_t n) {
    (void)context;
    if (n)
        return realloc(p, n);
    free(p);
    return NULL;
}

const struct memory memory_default = {resize, NULL};

void *memory_zeroed(const struct memory *memory, size_t n) {
    void *p = memory->resize(memory->context, NULL, n ? n : 1);
    if (p)
        memset(p, 0, n);
    return p;
}

void memory_free(const struct memory *memory, void *p) {
    if (p)
        memory->resize(memory->context, p, 0);
}
