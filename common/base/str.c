#include "common/base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/secret.h"

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq(str a, str b) {
    if (!a.p || !b.p)
        return !a.p && !b.p;
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

bool str_eq_nocase(str a, str b) {
    if (!a.p || !b.p)
        return !a.p && !b.p;
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(str s, str prefix) {
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(str s, str suffix) {
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

size_t str_find(str s, char c) {
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? (size_t)(at - s.p) : s.n;
}

size_t str_find_str(str s, str needle) {
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (str_starts(str_from_pos(s, i), needle))
            return i;
    return s.n;
}

str str_from_pos(str s, size_t start) {
    if (start > s.n)
        start = s.n;
    return (str){s.p ? s.p + start : NULL, s.n - start};
}

str str_head(str s, size_t n) {
    return (str){s.p, n < s.n ? n : s.n};
}

static bool blank(char c) {
    return c == ' ' || c == '\t';
}

str str_trim(str s) {
    while (s.n && blank(s.p[0]))
        s = str_from_pos(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_next(str *rest, char sep, str *part) {
    if (!rest->p)
        return false;
    size_t end = str_find(*rest, sep);
    *part = str_head(*rest, end);
    *rest = end < rest->n ? str_from_pos(*rest, end + 1) : STR_ABSENT;
    return true;
}

bool str_has_word(str list, str word) {
    str part;
    while (str_next(&list, ' ', &part))
        if (part.n && str_eq(part, word))
            return true;
    return false;
}

err str_to_int(str s, int64_t max, int64_t *out) {
    REQUIRE(s.n > 0, bad_request, "a number is missing");
    int64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        REQUIRE(s.p[i] >= '0' && s.p[i] <= '9', bad_request, "a number has only digits");
        int digit = s.p[i] - '0';
        REQUIRE(digit <= max && value <= (max - digit) / 10, bad_request, "a number is too large");
        value = value * 10 + digit;
    }
    *out = value;
    return OK;
}

err str_dup(struct arena *arena, str s, str *out) {
    if (!s.p) {
        *out = STR_ABSENT;
        return OK;
    }
    char *copy = arena_alloc(arena, s.n + 1);
    REQUIRE(copy, no_memory, "the request needs more memory than it may have");
    if (s.n)
        memcpy(copy, s.p, s.n);
    *out = (str){copy, s.n};
    return OK;
}

err str_to_c(struct arena *arena, str s, const char **out) {
    REQUIRE(str_find(s, '\0') == s.n, bad_request, "a NUL byte is not allowed here");
    str copy;
    TRY(str_dup(arena, s, &copy));
    *out = copy.p;
    return OK;
}

/* Most texts are short: they are formatted once, and only long ones a second time. */
err str_printf(struct arena *arena, str *out, const char *format, ...) {
    char small[256];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    REQUIRE(n >= 0, internal, "a text could not be formatted");
    char *text = arena_alloc(arena, (size_t)n + 1);
    if (!text)
        secret_wipe(small, sizeof small);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    va_start(args, format);
    if ((size_t)n < sizeof small)
        memcpy(text, small, (size_t)n + 1);
    else
        vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    secret_wipe(small, (size_t)n < sizeof small ? (size_t)n : sizeof small);
    *out = (str){text, (size_t)n};
    return OK;
}

err str_join(struct arena *arena, const str *parts, size_t n, str *out) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += parts[i].n;
    char *text = arena_alloc(arena, total + 1);
    REQUIRE(text, no_memory, "the request needs more memory than it may have");
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n)
            memcpy(text + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    *out = (str){text, total};
    return OK;
}

err str_lower(struct arena *arena, str s, str *out) {
    char *p = arena_alloc(arena, s.n + 1);
    REQUIRE(p, no_memory, "the request needs more memory than it may have");
    for (size_t i = 0; i < s.n; i++)
        p[i] = lower(s.p[i]);
    *out = s.p ? (str){p, s.n} : STR_ABSENT;
    return OK;
}
