#include "common/base/hex.h"

err hex_encode(struct arena *arena, str bytes, str *out) {
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, bytes.n * 2 + 1);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    for (size_t i = 0; i < bytes.n; i++) {
        text[2 * i] = digits[(uint8_t)bytes.p[i] >> 4];
        text[2 * i + 1] = digits[(uint8_t)bytes.p[i] & 15];
    }
    *out = (str){text, bytes.n * 2};
    return OK;
}

static int value_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

err hex_decode(struct arena *arena, str text, str *out) {
    REQUIRE(text.n % 2 == 0, bad_request, "hex text has an odd length");
    char *bytes = arena_alloc(arena, text.n / 2 + 1);
    REQUIRE(bytes, no_memory, "the request needs more memory than it may have");
    for (size_t i = 0; i < text.n / 2; i++) {
        int high = value_of(text.p[2 * i]), low = value_of(text.p[2 * i + 1]);
        REQUIRE(high >= 0 && low >= 0, bad_request, "hex text has a foreign character");
        bytes[i] = (char)(high << 4 | low);
    }
    *out = (str){bytes, text.n / 2};
    return OK;
}
