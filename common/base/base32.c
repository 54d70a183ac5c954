#include "common/base/base32.h"

enum { BITS = 5 };

err base32_encode(struct arena *arena, str bytes, str *out) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = arena_alloc(arena, bytes.n / 5 * 8 + 9);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    uint32_t window = 0;
    int held = 0;
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        window = window << 8 | (uint8_t)bytes.p[i];
        for (held += 8; held >= BITS; held -= BITS)
            text[n++] = alphabet[window >> (held - BITS) & 31];
    }
    if (held)
        text[n++] = alphabet[window << (BITS - held) & 31];
    *out = (str){text, n};
    return OK;
}
