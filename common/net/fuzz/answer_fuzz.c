/* An answer from the wire: the first byte says how it is cut into pieces, and nothing that comes
 * out depends on the cuts. */
#include <assert.h>
#include <stdlib.h>

#include "common/net/wire_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MAX = 1 << 16 };

struct outcome {
    bool refused;
    int status;
    enum wire_step step;
    size_t n;
    char body[OUT_MAX];
};

/* What `in` has by now: how much of it is used. */
static err read_once(struct wire_answer *answer, struct arena *arena, str in, size_t *used,
                     struct outcome *out) {
    str piece;
    if (answer->step == WIRE_HEAD)
        return wire_answer_head(answer, arena, in, used);
    TRY(wire_answer_body(answer, in, OUT_MAX - out->n, used, &piece));
    assert(*used <= in.n && piece.n <= *used);
    if (piece.n)
        memcpy(out->body + out->n, piece.p, piece.n);
    out->n += piece.n;
    return OK;
}

/* As a connection does: what is not used is kept in front of what comes. */
static void read_in_pieces(str all, size_t piece_n, struct outcome *out) {
    struct arena *arena = arena_new(1 << 18);
    assert(arena);
    struct wire_answer answer = {0};
    size_t from = 0, to = 0, used = 0;
    err e = OK;
    do {
        if (used == 0)
            to = all.n - to > piece_n ? to + piece_n : all.n;
        e = read_once(&answer, arena, str_of(all.p + from, to - from), &used, out);
        from += failed(e) ? 0 : used;
    } while (!failed(e) && answer.step != WIRE_DONE && (used > 0 || to < all.n));
    out->refused = failed(e);
    out->status = answer.status;
    out->step = answer.step;
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct outcome whole, cut;
    if (size < 2 || size > OUT_MAX / 2)
        return 0;
    whole = cut = (struct outcome){.n = 0};
    str all = str_of((const char *)data + 1, size - 1);
    read_in_pieces(all, all.n, &whole);
    read_in_pieces(all, (size_t)data[0] % 32 + 1, &cut);
    assert(whole.refused == cut.refused);
    if (whole.refused)
        return 0;
    assert(whole.status == cut.status && whole.step == cut.step && whole.n == cut.n);
    assert(memcmp(whole.body, cut.body, whole.n) == 0);
    return 0;
}
