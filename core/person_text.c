#include "core/person_text.h"

#include "common/base/buf.h"

enum { MAX = 4096 };

/* Unicode 15.1: the controls (Cc), the formats (Cf) and the separators of lines (Zl, Zp). */
static const struct {
    uint32_t first, last;
} unseen[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},
    {0x08e2, 0x08e2},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd},
    {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe007f},
};

static bool is_unseen(uint32_t c) {
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
        if (c >= unseen[i].first && c <= unseen[i].last)
            return true;
    return false;
}

/* Takes the character at the front of *rest (valid UTF-8) off; *bytes is how it is written. */
static uint32_t take(str *rest, str *bytes) {
    uint8_t lead = (uint8_t)rest->p[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? lead : lead & (0x7fU >> n);
    for (size_t i = 1; i < n && i < rest->n; i++)
        c = c << 6 | ((uint8_t)rest->p[i] & 0x3f);
    *bytes = str_head(*rest, n);
    *rest = str_from_pos(*rest, n);
    return c;
}

static bool is_blank(uint32_t c) {
    return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
           c == 0x3000 || c == 0x1680;
}

/* What stands between the parts of an address of the web or of mail. */
static bool is_joint(uint32_t c) {
    return c == '.' || c == '@' || c == ':' || c == 0x3002 || c == 0xff0e;
}

static bool is_digit(uint32_t c) {
    return c >= '0' && c <= '9';
}

struct taming {
    struct buf out;
    size_t n;              /* characters of `out` */
    uint32_t last, before; /* of `out` */
    bool space;            /* a blank came */
};

/* "1.5" and "10:30" stay, "a.b" does not. */
static bool parts(const struct taming *taming, uint32_t c) {
    return is_joint(taming->last) && taming->before && !is_digit(c);
}

static void add(struct taming *taming, uint32_t c, str bytes) {
    if (taming->n > 0 && (taming->space || parts(taming, c))) {
        buf_add_c(&taming->out, ' ');
        taming->n++;
        taming->before = taming->last = 0;
    }
    taming->space = false;
    buf_add(&taming->out, bytes);
    taming->n++;
    taming->before = taming->last;
    taming->last = c;
}

err person_text_tame(struct arena *arena, str text, str *out) {
    struct taming taming = {.out = buf_in(arena, MAX)};
    str bytes;
    *out = STR_ABSENT;
    if (!str_present(text))
        return OK;
    while (text.n && taming.n < PERSON_TEXT_MAX) {
        uint32_t c = take(&text, &bytes);
        if (is_blank(c) || is_unseen(c))
            taming.space |= is_blank(c) || c < 0xa0 || c == 0x2028 || c == 0x2029;
        else
            add(&taming, c, bytes);
    }
    if (text.n)
        buf_add(&taming.out, S("…"));
    return buf_str(&taming.out, out);
}
