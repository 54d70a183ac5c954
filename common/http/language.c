#include "common/http/language.h"

enum { TAG_MAX = 35, SUBTAG_MAX = 8, QUALITY_ONE = 1000, NOT_NAMED = -1 };

static const struct {
    str tag, direction;
} languages[LANGUAGE_COUNT] = {
#define LANGUAGE(tag, direction) {S_INIT(#tag), S_INIT(direction)},
#include "common/http/languages.def"
#undef LANGUAGE
};

str language_tag(enum language language) {
    return languages[language].tag;
}

str language_direction(enum language language) {
    return languages[language].direction;
}

/* --- tags ------------------------------------------------------------------------------------- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_subtag(str subtag, bool first) {
    for (size_t i = 0; i < subtag.n; i++)
        if (!is_letter(subtag.p[i]) && (first || subtag.p[i] < '0' || subtag.p[i] > '9'))
            return false;
    return subtag.n > 0 && subtag.n <= SUBTAG_MAX;
}

/* The form of RFC 4647 2.1, within the length of RFC 5646 4.4.1. */
static bool is_tag(str tag) {
    bool first = true;
    str subtag;
    if (tag.n == 0 || tag.n > TAG_MAX || tag.p[tag.n - 1] == '-')
        return false;
    while (str_next(&tag, '-', &subtag)) {
        if (!is_subtag(subtag, first))
            return false;
        first = false;
    }
    return true;
}

/* RFC 4647 3.4, lookup: a tag is cut at its end until it is one of ours. */
bool language_find(str tag, enum language *out) {
    if (!is_tag(tag))
        return false;
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        *out = (enum language)i;
        if (str_eq_nocase(str_head(tag, str_find(tag, '-')), languages[i].tag))
            return true;
    }
    return false;
}

static bool find_first(str tags, enum language *out) {
    str tag;
    while (str_next(&tags, ' ', &tag))
        if (language_find(tag, out))
            return true;
    return false;
}

/* --- Accept-Language ------------------------------------------------------------------------ */

/* How much something is wanted, in thousandths, and the how manyth it was. */
struct wish {
    int quality;
    size_t place;
};

struct wishes {
    struct wish of[LANGUAGE_COUNT];
    struct wish rest; /* "*": what is not named */
    size_t n;
};

/* RFC 9110 12.4.2: qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ). */
static bool read_quality(str text, int *out) {
    int64_t whole, part = 0;
    str decimals = str_from_pos(text, text.n < 2 ? text.n : 2);
    bool form = text.n >= 1 && text.n <= 5 && (text.n == 1 || text.p[1] == '.');
    if (!form || failed(str_to_int(str_head(text, 1), 1, &whole)))
        return false;
    if (decimals.n && failed(str_to_int(decimals, QUALITY_ONE - 1, &part)))
        return false;
    for (size_t i = decimals.n; i < 3; i++)
        part *= 10;
    *out = (int)(whole * QUALITY_ONE + part);
    return *out <= QUALITY_ONE;
}

/* "ru-RU;q=0.8": the range, and its weight. */
static bool read_item(str item, str *range, int *quality) {
    size_t semicolon = str_find(item, ';');
    *range = str_trim(str_head(item, semicolon));
    *quality = QUALITY_ONE;
    if (semicolon == item.n)
        return true;
    str weight = str_trim(str_from_pos(item, semicolon + 1));
    return str_eq_nocase(str_head(weight, 2), S("q=")) &&
           read_quality(str_from_pos(weight, 2), quality);
}

static void want(struct wish *wish, int quality, size_t place) {
    if (quality > wish->quality)
        *wish = (struct wish){quality, place};
}

static void add_header(struct wishes *wishes, str header) {
    enum language language;
    str item, range;
    int quality;
    while (str_next(&header, ',', &item)) {
        if (!read_item(str_trim(item), &range, &quality))
            continue;
        if (str_eq(range, S("*")))
            want(&wishes->rest, quality, wishes->n++);
        else if (language_find(range, &language))
            want(&wishes->of[language], quality, wishes->n++);
    }
}

static bool is_better(struct wish a, struct wish b) {
    return a.quality > b.quality || (a.quality == b.quality && a.place < b.place);
}

/* A field of that kind may stand on several lines (RFC 9110 5.3). */
static enum language accepted(const struct request *rq) {
    struct wishes wishes = {.rest = {0, 0}};
    struct wish best = {0, 0};
    enum language language = 0;
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        wishes.of[i].quality = NOT_NAMED;
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, S("Accept-Language")))
            add_header(&wishes, rq->headers[i].value);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        struct wish wish = wishes.of[i].quality == NOT_NAMED ? wishes.rest : wishes.of[i];
        if (!is_better(wish, best))
            continue;
        best = wish;
        language = (enum language)i;
    }
    return language;
}

enum language language_of(const struct request *rq) {
    enum language language;
    return find_first(rq->ui_locales, &language) ? language : accepted(rq);
}
