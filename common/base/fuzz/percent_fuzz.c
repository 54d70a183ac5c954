/* Percent-encoding: what is decoded is UTF-8 without NUL, and encoding it again means the same. */
#include <assert.h>

#include "common/base/percent.h"
#include "common/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(str a, str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void decode(struct arena *arena, str text,
                   err (*with)(struct arena *arena, str s, str *out)) {
    str plain, encoded, again;
    err e = with(arena, text, &plain);
    assert(err_is(e, E_ok) || err_is(e, E_bad_request));
    if (failed(e))
        return;
    assert(utf8_valid(plain) && str_find(plain, '\0') == plain.n && plain.n <= text.n);
    assert(utf8_length(plain) <= plain.n);
    e = percent_encode(arena, plain, &encoded);
    assert(!failed(e));
    e = with(arena, encoded, &again);
    assert(!failed(e) && same(plain, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(32 * 1024 * 1024);
    str text = str_of((const char *)data, size), encoded, again;
    decode(arena, text, percent_decode);
    decode(arena, text, percent_decode_form);
    err e = percent_encode(arena, text, &encoded);
    assert(!failed(e));
    for (size_t i = 0; i < encoded.n; i++)
        assert(encoded.p[i] > ' ' && encoded.p[i] < 0x7f);
    bool plain = utf8_valid(text) && str_find(text, '\0') == text.n;
    e = percent_decode(arena, encoded, &again);
    assert(failed(e) == !plain && (!plain || same(text, again)));
    arena_free(arena);
    return 0;
}
