#include "rp/protocol/return_to.h"

#include "common/base/utf8.h"

/* Browsers drop tabs and line ends from a URL and read a backslash as a slash (WHATWG URL 4.4): a
 * tab or backslash behind the first slash leads away. */
static bool has_trap(str path) {
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7f || c == '\\')
            return true;
    }
    return false;
}

/* A second slash, also as a program may decode it before it redirects. */
static bool starts_with_host(str path) {
    str rest = str_from_pos(path, 1), escape = str_head(rest, 3);
    return str_starts(rest, S("/")) || str_eq_nocase(escape, S("%2f")) ||
           str_eq_nocase(escape, S("%5c"));
}

bool return_to_is_safe(str path) {
    return str_starts(path, S("/")) && path.n <= RETURN_TO_MAX && !starts_with_host(path) &&
           !has_trap(path) && utf8_valid(path);
}
