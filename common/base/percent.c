#include "common/base/percent.h"

#include "common/base/utf8.h"

static bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void percent_add(struct buf *buf, str s) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        if (unreserved(s.p[i])) {
            buf_add_c(buf, s.p[i]);
            continue;
        }
        char escape[] = {'%', digits[(uint8_t)s.p[i] >> 4], digits[(uint8_t)s.p[i] & 15]};
        buf_add(buf, str_of(escape, sizeof escape));
    }
}

err percent_encode(struct arena *arena, str s, str *out) {
    struct buf buf = buf_in(arena, s.n * 3 + 1);
    percent_add(&buf, s);
    return buf_str(&buf, out);
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* The character at *i of a form or an address; *i goes behind it. */
static err next(str s, bool form, size_t *i, char *out) {
    *out = s.p[(*i)++];
    if (form && *out == '+')
        *out = ' ';
    if (*out == '%') {
        bool room = s.n - *i >= 2;
        int high = room ? hex_value(s.p[*i]) : -1, low = room ? hex_value(s.p[*i + 1]) : -1;
        REQUIRE(high >= 0 && low >= 0, bad_request, "a percent sign lacks its two hex digits");
        *out = (char)(high << 4 | low);
        *i += 2;
    }
    REQUIRE(*out != '\0', bad_request, "a NUL is not allowed");
    return OK;
}

static err decode(struct arena *arena, str s, bool form, str *out) {
    char *text = arena_alloc(arena, s.n + 1);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    size_t n = 0;
    for (size_t i = 0; i < s.n; n++)
        TRY(next(s, form, &i, &text[n]));
    *out = (str){text, n};
    REQUIRE(utf8_valid(*out), bad_request, "text must be UTF-8");
    return OK;
}

err percent_decode(struct arena *arena, str s, str *out) {
    return decode(arena, s, false, out);
}

err percent_decode_form(struct arena *arena, str s, str *out) {
    return decode(arena, s, true, out);
}
