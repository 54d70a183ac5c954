#include "core/fold.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

#include "common/base/utf8.h"

static locale_t unicode;

/* Kept for the process. Without that locale only ASCII is folded. */
static void open_locale(void) {
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static wint_t lower(wint_t c) {
    if (unicode)
        return towlower_l(c, unicode);
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static size_t read_one(const uint8_t *p, wint_t *c) {
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    static const uint8_t first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    *c = p[0] & first[n];
    for (size_t i = 1; i < n; i++)
        *c = *c << 6 | (p[i] & 0x3f);
    return n;
}

static size_t write_one(uint8_t *p, wint_t c) {
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        p[i] = (uint8_t)(0x80 | (c & 0x3f));
    p[0] = (uint8_t)(n == 1 ? c : lead[n] | c);
    return n;
}

/* A letter's other case may be longer: of two bytes and three, never of more. */
err fold(struct arena *arena, str text, str *out) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *out = str_trim(text);
    if (!out->n || !utf8_valid(*out))
        return OK;
    pthread_once(&once, open_locale);
    uint8_t *bytes = arena_alloc(arena, 2 * out->n);
    REQUIRE(bytes, no_memory, "the request needs more memory than it may have");
    size_t n = 0;
    for (size_t i = 0; i < out->n;) {
        wint_t c;
        i += read_one((const uint8_t *)out->p + i, &c);
        n += write_one(bytes + n, lower(c));
    }
    *out = str_of((const char *)bytes, n);
    return OK;
}
