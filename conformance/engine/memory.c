#include "conformance/engine/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *p) {
    if (p)
        return p;
    fputs("hitkey-conformance: out of memory\n", stderr);
    exit(70);
}

void *memory_new(size_t count, size_t size) {
    return or_die(calloc(count ? count : 1, size));
}

void *memory_grow(void *p, size_t count, size_t size) {
    return or_die(size && count > SIZE_MAX / size ? NULL : realloc(p, count * size));
}

char *memory_copy(const char *text, size_t n) {
    char *copy = memory_new(n + 1, 1);
    if (n)
        memcpy(copy, text, n);
    return copy;
}

char *memory_copy_lower(const char *text, size_t n) {
    char *copy = memory_copy(text, n);
    for (char *p = copy; p < copy + n; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
    return copy;
}

char *memory_format_list(const char *format, va_list args) {
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    return or_die(n < 0 ? NULL : text);
}

char *memory_format(const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = memory_format_list(format, args);
    va_end(args);
    return text;
}
