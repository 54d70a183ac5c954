#include "common/base/utf8.h"

/* The shapes of a character (RFC 3629 4): lead bytes, and the range of the second. */
static const struct {
    uint8_t lead_low, lead_high, second_low, second_high;
    size_t length;
} shapes[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static bool continues(str s, size_t length) {
    for (size_t i = 2; i < length; i++)
        if (((uint8_t)s.p[i] & 0xc0) != 0x80)
            return false;
    return true;
}

/* The length of the character at the front, 0 if it is none. */
static size_t character(str s) {
    uint8_t lead = (uint8_t)s.p[0];
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (lead < shapes[i].lead_low || lead > shapes[i].lead_high)
            continue;
        size_t length = shapes[i].length;
        if (length == 1)
            return 1;
        if (s.n < length)
            return 0;
        uint8_t second = (uint8_t)s.p[1];
        bool good = second >= shapes[i].second_low && second <= shapes[i].second_high;
        return good && continues(s, length) ? length : 0;
    }
    return 0;
}

bool utf8_valid(str s) {
    while (s.n) {
        size_t length = character(s);
        if (length == 0)
            return false;
        s = str_from_pos(s, length);
    }
    return true;
}

size_t utf8_length(str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += ((uint8_t)s.p[i] & 0xc0) != 0x80;
    return count;
}

bool utf8_has_control(str s) {
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (c < 0x20 || c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < s.n && (uint8_t)s.p[i + 1] < 0xa0)
            return true;
    }
    return false;
}
