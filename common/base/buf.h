/* Text under construction in an arena, with a maximum that its maker names.
 *
 * Adding never fails at once: a buf that outgrew its maximum or its arena stays failed, and
 * buf_str reports it. So a writer adds freely and checks once, at the end. */
#ifndef COMMON_BASE_BUF_H
#define COMMON_BASE_BUF_H

#include "common/base/str.h"

struct buf {
    struct arena *arena;
    char *p;
    size_t n, cap, max;
    bool failed;
};

/* `max` in bytes. Nothing is allocated yet; the buf needs no freeing. */
struct buf buf_in(struct arena *arena, size_t max);
void buf_add(struct buf *buf, str s);
void buf_add_c(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Borrowed from the arena, NUL behind. E_no_memory if anything was lost. */
err buf_str(struct buf *buf, str *out) MUST_CHECK;

#endif
