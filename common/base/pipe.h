/* A bounded queue of bytes between one who brings and one who takes. No lock: theirs. Wiped when it
 * is emptied for good. */
#ifndef COMMON_BASE_PIPE_H
#define COMMON_BASE_PIPE_H

#include "common/base/str.h"

enum { PIPE_MAX = 32 * 1024 };

/* All zero: empty, nothing is allocated before the first byte. */
struct pipe {
    char *p;
    size_t from, n;
};

/* How much more fits; 0 without memory. */
size_t pipe_room(struct pipe *pipe);
/* Takes what fits from the front of `bytes`; how much that was. */
size_t pipe_put(struct pipe *pipe, str bytes);
/* Moves at most `max` bytes out. */
size_t pipe_get(struct pipe *pipe, char *to, size_t max);
/* All of it, where it lies in one piece: as long as nothing was taken. */
str pipe_whole(const struct pipe *pipe);
/* Wipes and empties it; its memory stays for the next use. */
void pipe_clear(struct pipe *pipe);
void pipe_free(struct pipe *pipe);

#endif
