#include "common/base/pipe.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/secret.h"

size_t pipe_room(struct pipe *pipe) {
    if (!pipe->p)
        pipe->p = malloc(PIPE_MAX);
    return pipe->p ? PIPE_MAX - pipe->n : 0;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t pipe_put(struct pipe *pipe, str bytes) {
    size_t taken = least(bytes.n, pipe_room(pipe));
    for (size_t done = 0; done < taken;) {
        size_t to = (pipe->from + pipe->n) % PIPE_MAX;
        size_t piece = least(taken - done, PIPE_MAX - to);
        memcpy(pipe->p + to, bytes.p + done, piece);
        pipe->n += piece;
        done += piece;
    }
    return taken;
}

size_t pipe_get(struct pipe *pipe, char *to, size_t max) {
    size_t given = least(pipe->n, max);
    for (size_t done = 0; done < given;) {
        size_t piece = least(given - done, PIPE_MAX - pipe->from);
        memcpy(to + done, pipe->p + pipe->from, piece);
        pipe->from = (pipe->from + piece) % PIPE_MAX;
        pipe->n -= piece;
        done += piece;
    }
    return given;
}

str pipe_whole(const struct pipe *pipe) {
    assert(pipe->from == 0);
    return pipe->n ? str_of(pipe->p, pipe->n) : S("");
}

void pipe_clear(struct pipe *pipe) {
    if (pipe->p)
        secret_wipe(pipe->p, PIPE_MAX);
    pipe->from = pipe->n = 0;
}

void pipe_free(struct pipe *pipe) {
    pipe_clear(pipe);
    free(pipe->p);
    *pipe = (struct pipe){0};
}
