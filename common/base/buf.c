#include "common/base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_SIZE = 256 };

struct buf buf_in(struct arena *arena, size_t max) {
    return (struct buf){.arena = arena, .max = max};
}

/* Makes room for n more bytes and a NUL. */
static bool reserve(struct buf *buf, size_t n) {
    if (buf->failed || n > buf->max - buf->n) {
        buf->failed = true;
        return false;
    }
    if (buf->n + n + 1 <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap * 2 : FIRST_SIZE;
    if (cap < buf->n + n + 1)
        cap = buf->n + n + 1;
    char *p = arena_alloc(buf->arena, cap);
    if (!p) {
        buf->failed = true;
        return false;
    }
    if (buf->n)
        memcpy(p, buf->p, buf->n);
    buf->p = p;
    buf->cap = cap;
    return true;
}

void buf_add(struct buf *buf, str s) {
    if (s.n == 0 || !reserve(buf, s.n))
        return;
    memcpy(buf->p + buf->n, s.p, s.n);
    buf->n += s.n;
}

void buf_add_c(struct buf *buf, char c) {
    buf_add(buf, (str){&c, 1});
}

void buf_addf(struct buf *buf, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(buf, (size_t)n)) {
        buf->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(buf->p + buf->n, (size_t)n + 1, format, args);
    va_end(args);
    buf->n += (size_t)n;
}

err buf_str(struct buf *buf, str *out) {
    REQUIRE(reserve(buf, 0), no_memory, "a text outgrew its maximum");
    buf->p[buf->n] = '\0';
    *out = (str){buf->p, buf->n};
    return OK;
}
