#include "common/base/base64_alphabet.h"

enum { BITS = 6 };

err base64_alphabet_encode(struct arena *arena, const struct base64_alphabet *alphabet, str bytes,
                           str *out) {
    char *text = arena_alloc(arena, bytes.n / 3 * 4 + 5);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    uint32_t window = 0;
    int held = 0;
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        window = window << 8 | (uint8_t)bytes.p[i];
        for (held += 8; held >= BITS; held -= BITS)
            text[n++] = alphabet->characters[window >> (held - BITS) & 63];
    }
    if (held)
        text[n++] = alphabet->characters[window << (BITS - held) & 63];
    *out = (str){text, n};
    return OK;
}

err base64_alphabet_decode(struct arena *arena, const struct base64_alphabet *alphabet, str text,
                           str *out) {
    REQUIRE(text.n % 4 != 1, bad_request, "base64 text has an impossible length");
    char *bytes = arena_alloc(arena, text.n / 4 * 3 + 3);
    REQUIRE(bytes, no_memory, "the request needs more memory than it may have");
    uint32_t window = 0;
    int held = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint32_t value = alphabet->values[(uint8_t)text.p[i]];
        REQUIRE(value, bad_request, "base64 text has a foreign character");
        window = window << BITS | (value - 1);
        held += BITS;
        if (held < 8)
            continue;
        held -= 8;
        bytes[n++] = (char)(window >> held & 255);
    }
    REQUIRE((window & ((1u << held) - 1)) == 0, bad_request, "base64 text has bits left over");
    *out = (str){bytes, n};
    return OK;
}
