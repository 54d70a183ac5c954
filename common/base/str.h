/* Bytes that belong to somebody else: a pointer and a length.
 *
 * p == NULL means absent; n == 0 with p != NULL means present and empty. A str does not own its
 * bytes; it lives as long as the arena, request or literal that it points into. Not NUL-terminated,
 * unless it came from str_dup, str_printf or a literal (then p[n] == 0, outside the length). */
#ifndef COMMON_BASE_STR_H
#define COMMON_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/err.h"

typedef struct str {
    const char *p;
    size_t n;
} str;

#define S(literal) ((str){"" literal, sizeof(literal) - 1})
#define S_INIT(literal)                                                                            \
    { "" literal, sizeof(literal) - 1 } /* in static tables */
#define STR_ABSENT ((str){NULL, 0})
/* printf("%.*s", STR_FMT(s)) */
#define STR_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline str str_of(const char *p, size_t n) {
    return (str){p, n};
}
/* NULL gives an absent str. */
static inline str str_from(const char *cstr) {
    return (str){cstr, cstr ? strlen(cstr) : 0};
}
static inline bool str_present(str s) {
    return s.p != NULL;
}
static inline bool str_empty(str s) {
    return s.n == 0;
}

/* Not for secrets: see secret_eq. Absent equals only absent. */
bool str_eq(str a, str b);
/* ASCII letters compare without case. */
bool str_eq_nocase(str a, str b);
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
/* The position of `c`, or s.n. */
size_t str_find(str s, char c);
/* The position of `needle`, or s.n. */
size_t str_find_str(str s, str needle);
/* From `start` (at most s.n) to the end. */
str str_from_pos(str s, size_t start);
/* `n` bytes at most from the front. */
str str_head(str s, size_t n);
/* Without the spaces and tabs at both ends. */
str str_trim(str s);

/* Takes the part before the first `sep` off the front of *rest; false when nothing is left.
 * "a b" by ' ' gives "a", "b"; empty parts are given too ("a  b": "a", "", "b"). */
bool str_next(str *rest, char sep, str *part);
/* Whether the list `list` separated by spaces holds exactly `word`. */
bool str_has_word(str list, str word);

/* Decimal digits only, no sign, at most `max`. */
err str_to_int(str s, int64_t max, int64_t *out) MUST_CHECK;

/* Copies with a NUL behind; absent stays absent. */
err str_dup(struct arena *arena, str s, str *out) MUST_CHECK;
/* A C string in the arena; a NUL inside is refused (E_bad_request). Absent gives NULL. */
err str_to_c(struct arena *arena, str s, const char **out) MUST_CHECK;
err str_printf(struct arena *arena, str *out, const char *format, ...) MUST_CHECK
    __attribute__((format(printf, 3, 4)));
/* Joins `n` parts; absent parts count as empty. */
err str_join(struct arena *arena, const str *parts, size_t n, str *out) MUST_CHECK;
#define STR_JOIN(arena, out, ...)                                                                  \
    str_join((arena), (const str[]){__VA_ARGS__},                                                  \
             sizeof((const str[]){__VA_ARGS__}) / sizeof(str), (out))
/* ASCII lower case. */
err str_lower(struct arena *arena, str s, str *out) MUST_CHECK;

#endif
