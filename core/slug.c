#include "core/slug.h"

#include "common/base/buf.h"
#include "common/base/random.h"

enum { RANDOM_BYTES = 4 };

static const struct {
    str text, letters;
} rows[] = {
#define SLUG_LETTERS(text, letters) {S_INIT(text), S_INIT(letters)},
#include "core/slug_letters.def"
#undef SLUG_LETTERS
};

static const str reserved[] = {
#define RESERVED_SLUG(slug) S_INIT(slug),
#include "core/reserved_slugs.def"
#undef RESERVED_SLUG
};

/* The bytes of the character in front (RFC 3629 3). */
static size_t character(str s) {
    uint8_t lead = (uint8_t)s.p[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return n < s.n ? n : s.n;
}

/* U+0300 to U+036F: the accent of a letter that is written in two characters. */
static bool is_mark(str c) {
    return c.n == 2 &&
           ((uint8_t)c.p[0] == 0xcc || ((uint8_t)c.p[0] == 0xcd && (uint8_t)c.p[1] < 0xb0));
}

/* Absent: a character that separates words. */
static str letter_text(struct arena *arena, str c) {
    str lower;
    bool digit = c.n == 1 && c.p[0] >= '0' && c.p[0] <= '9';
    if (is_mark(c))
        return S("");
    if (digit || failed(str_lower(arena, c, &lower)))
        return c;
    if (lower.n == 1 && lower.p[0] >= 'a' && lower.p[0] <= 'z')
        return lower;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_find_str(rows[i].letters, c) < rows[i].letters.n)
            return rows[i].text;
    return STR_ABSENT;
}

/* Words joined by one hyphen each. */
static void add_letters(struct buf *buf, struct arena *arena, str name) {
    bool gap = false;
    while (name.n && buf->n < SLUG_BASE_MAX) {
        str c = str_head(name, character(name));
        str text = letter_text(arena, c);
        name = str_from_pos(name, c.n);
        if (text.n > 0 && gap && buf->n > 0)
            buf_add_c(buf, '-');
        gap = text.n > 0 ? false : gap || !str_present(text);
        buf_add(buf, text);
    }
}

err slug_base(struct arena *arena, str name, str *out) {
    struct buf buf = buf_in(arena, 2 * (size_t)SLUG_BASE_MAX);
    add_letters(&buf, arena, name);
    TRY(buf_str(&buf, out));
    *out = str_head(*out, SLUG_BASE_MAX);
    while (str_ends(*out, S("-")))
        out->n--;
    if (out->n == 0)
        *out = S("project");
    return OK;
}

static bool is_reserved(str slug) {
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (str_eq(slug, reserved[i]))
            return true;
    return false;
}

err slug_try(struct arena *arena, str base, int n, str *out) {
    str front;
    *out = is_reserved(base) ? STR_ABSENT : base;
    if (n <= 1)
        return OK;
    if (n < SLUG_NUMBERED)
        return str_printf(arena, out, "%.*s-%d", STR_FMT(base), n);
    TRY(STR_JOIN(arena, &front, base, S("-")));
    return random_hex(arena, front, RANDOM_BYTES, out);
}
