/* The tables of sentences: what holds for every one of them, in every language. A key that stands
 * twice in a file, or that English does not have, does not compile. */
#include "authz/pages/texts.h"

#include "authz/pages/embedded.h"
#include "common/base/testing.h"
#include "common/base/utf8.h"
#include "common/text/sentence.h"

static str sentence(size_t language, size_t key) {
    return texts_value("x", (enum language)language, (enum text)key).text;
}

#define FOR_EVERY_SENTENCE(language, key)                                                          \
    for (size_t language = 0; language < LANGUAGE_COUNT; language++)                               \
        for (size_t key = TEXT_NONE + 1; key < TEXT_COUNT; key++)

static void refuse(size_t language, size_t key, const char *why) {
    fail_msg("%.*s, \"%.*s\" (\"%.*s\"): %s", STR_FMT(language_tag((enum language)language)),
             STR_FMT(sentence(LANGUAGE_en, key)), STR_FMT(sentence(language, key)), why);
}

/* --- its form --------------------------------------------------------------------------------- */

static void every_sentence_is_there_and_tidy(void **state) {
    (void)state;
    FOR_EVERY_SENTENCE(language, key) {
        str text = sentence(language, key);
        if (str_empty(text))
            refuse(language, key, "it is missing");
        if (!utf8_valid(text) || utf8_has_control(text))
            refuse(language, key, "it is not plain UTF-8");
        if (str_trim(text).n != text.n || str_find_str(text, S("  ")) < text.n)
            refuse(language, key, "it has spaces too many");
        if (str_find(text, '"') < text.n || str_find(text, '\'') < text.n ||
            str_find(text, '<') < text.n || str_find(text, '&') < text.n)
            refuse(language, key, "it has straight quotes or markup");
    }
}

/* Bytes of our Cyrillic letters begin with these in UTF-8. */
static bool is_cyrillic(unsigned char c) {
    return c >= 0xd0 && c <= 0xd3;
}

static bool is_latin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool mixes_scripts(str text) {
    bool latin = false, cyrillic = false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x80 && !is_latin(text.p[i]))
            latin = cyrillic = false;
        latin |= is_latin(text.p[i]);
        cyrillic |= is_cyrillic(c);
        if (latin && cyrillic)
            return true;
    }
    return false;
}

/* A Latin "a" in a Cyrillic word looks right, and is read out and searched wrong. */
static void no_word_mixes_scripts(void **state) {
    (void)state;
    assert_true(mixes_scripts(S("Пaроль")));
    assert_false(mixes_scripts(S("HitKey-ге, {client} бар")));
    FOR_EVERY_SENTENCE(language, key)
    if (mixes_scripts(sentence(language, key)))
        refuse(language, key, "a word has Latin and Cyrillic letters");
}

/* A sentence that nobody translated stands out by being the English one. */
static void no_sentence_was_left_in_english(void **state) {
    (void)state;
    FOR_EVERY_SENTENCE(language, key) {
        bool same = str_eq(sentence(language, key), sentence(LANGUAGE_en, key));
        if (same && language != LANGUAGE_en && key != TEXT_front_title)
            refuse(language, key, "it is English");
    }
}

/* With a full stop, a question mark or neither. */
static void every_sentence_ends_as_in_english(void **state) {
    (void)state;
    FOR_EVERY_SENTENCE(language, key) {
        static const char *const ends[] = {".", "?"};
        for (size_t i = 0; i < COUNT(ends); i++)
            if (str_ends(sentence(language, key), str_from(ends[i])) !=
                str_ends(sentence(LANGUAGE_en, key), str_from(ends[i])))
                refuse(language, key, "it ends otherwise");
    }
}

/* --- what is filled in ------------------------------------------------------------------------ */

/* Takes the next name in braces off the front of *rest. */
static bool next_name(str *rest, str *name) {
    size_t open = str_find(*rest, '{');
    if (open == rest->n)
        return false;
    *rest = str_from_pos(*rest, open + 1);
    str inside = str_head(*rest, str_find(*rest, '}'));
    *name = str_head(inside, str_find(inside, ':'));
    return true;
}

static bool names_all_of(str text, str other) {
    str name, found;
    while (next_name(&other, &name)) {
        bool has = false;
        for (str rest = text; !has && next_name(&rest, &found);)
            has = str_eq(name, found);
        if (!has)
            return false;
    }
    return true;
}

static void every_language_fills_in_the_same(void **state) {
    (void)state;
    assert_false(names_all_of(S("{a} {b:x|y}"), S("{c}")));
    assert_true(names_all_of(S("{a} {b:x|y}"), S("{b}")));
    FOR_EVERY_SENTENCE(language, key) {
        str here = sentence(language, key), english = sentence(LANGUAGE_en, key);
        if (!names_all_of(here, english) || !names_all_of(english, here))
            refuse(language, key, "it names other things in braces");
    }
}

/* With numbers of every plural form: a form that is missing would be asserted. */
static void every_sentence_can_be_filled(void **state) {
    (void)state;
    FOR_EVERY_SENTENCE(language, key) {
        struct arena *arena = arena_new(1 << 20);
        for (int64_t n = 0; n <= 121; n++) {
            str number, filled;
            assert_ok(str_printf(arena, &number, "%lld", (long long)n));
            const struct template_value values[] = {
                {.name = "client", .text = S("{x}")},
                {.name = "app_name", .text = S("{x}")},
                {.name = "project_name", .text = S("{x}")},
                {.name = "email", .text = S("a@b.example")},
                {.name = "minutes", .text = number},
                {.name = "seconds", .text = number},
                {.name = "n", .text = number},
                {.name = "inviter", .text = S("Ann")},
                {.name = "project", .text = S("{p}")},
            };
            const struct template_scope scope = {values, COUNT(values), NULL};
            const struct template_value value =
                texts_value("x", (enum language)language, (enum text)key);
            assert_ok(sentence_fill(arena, &value, &scope, &filled));
            if (str_empty(filled) || str_find(filled, '|') < filled.n)
                refuse(language, key, "it cannot be filled");
        }
        arena_free(arena);
    }
}

static void numbers_take_their_plural_forms(void **state) {
    (void)state;
    static const struct {
        const char *language, *n, *sentence;
    } cases[] = {
        {"en", "1", "Wait 1 second and"},        {"en", "2", "Wait 2 seconds and"},
        {"en", "21", "Wait 21 seconds and"},     {"es", "1", "Espera 1 segundo e"},
        {"es", "59", "Espera 59 segundos e"},    {"ru", "1", "Подождите 1 секунду и"},
        {"ru", "2", "Подождите 2 секунды и"},    {"ru", "4", "Подождите 4 секунды и"},
        {"ru", "5", "Подождите 5 секунд и"},     {"ru", "10", "Подождите 10 секунд и"},
        {"ru", "11", "Подождите 11 секунд и"},   {"ru", "12", "Подождите 12 секунд и"},
        {"ru", "14", "Подождите 14 секунд и"},   {"ru", "15", "Подождите 15 секунд и"},
        {"ru", "21", "Подождите 21 секунду и"},  {"ru", "22", "Подождите 22 секунды и"},
        {"ru", "111", "Подождите 111 секунд и"}, {"ru", "101", "Подождите 101 секунду и"},
        {"kk", "1", "1 секунд күтіп"},           {"kk", "30", "30 секунд күтіп"},
        {"tg", "1", "1 сония интизор"},          {"tg", "30", "30 сония интизор"},
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct request rq = {.arena = arena, .ui_locales = str_from(cases[i].language)};
        const struct template_value n = {.name = "seconds", .text = str_from(cases[i].n)};
        str filled;
        assert_ok(texts_fill(&rq, TEXT_wait_seconds, &n, 1, &filled));
        if (str_find_str(filled, str_from(cases[i].sentence)) == filled.n)
            fail_msg("%s %s: %.*s", cases[i].language, cases[i].n, STR_FMT(filled));
    }
    arena_free(arena);
}

/* --- the templates ---------------------------------------------------------------------------- */

/* Letters between the tags: words that no other language would have. */
static bool has_words(str html) {
    bool markup = false;
    for (size_t i = 0; i < html.n; i++) {
        if (str_starts(str_from_pos(html, i), S("{{"))) {
            i += str_find_str(str_from_pos(html, i), S("}}")) + 1;
            continue;
        }
        markup = html.p[i] == '<' || (markup && html.p[i] != '>');
        if (!markup && (is_latin(html.p[i]) || is_cyrillic((unsigned char)html.p[i])))
            return true;
    }
    return false;
}

static bool has_worded_attribute(str html) {
    static const char *const attributes[] = {" title=\"", " placeholder=\"", " aria-label=\"",
                                             " alt=\""};
    for (size_t i = 0; i < COUNT(attributes); i++) {
        size_t at = str_find_str(html, str_from(attributes[i]));
        str value = str_from_pos(html, at + (at < html.n ? strlen(attributes[i]) : 0));
        if (at < html.n && !str_starts(value, S("{{")) && !str_starts(value, S("\"")))
            return true;
    }
    return false;
}

static void no_template_has_words_of_its_own(void **state) {
    (void)state;
    assert_true(has_words(S("<p>{{t.x}} word</p>")));
    assert_true(has_worded_attribute(S("<input placeholder=\"Name\">")));
    size_t templates = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *name = embedded_files[i].name;
        if (!str_ends(str_from(name), S(".html")))
            continue;
        char *html = test_malloc(embedded_files[i].n + 1);
        memcpy(html, embedded_files[i].bytes, embedded_files[i].n);
        html[embedded_files[i].n] = '\0';
        /* our name is the same everywhere */
        for (char *at = strstr(html, "HitKey"); at; at = strstr(at, "HitKey"))
            memset(at, ' ', strlen("HitKey"));
        if (has_words(str_from(html)) || has_worded_attribute(str_from(html)))
            fail_msg("%s has words of its own", name);
        test_free(html);
        templates++;
    }
    assert_true(templates > 10);
}

/* {{t.key}}, also inside sections that a test does not come to. */
static void every_sentence_that_a_template_names_is_there(void **state) {
    (void)state;
    const struct template_scope scope = texts_scope(LANGUAGE_en);
    size_t named = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        str rest = str_of((const char *)embedded_files[i].bytes, embedded_files[i].n);
        if (!str_ends(str_from(embedded_files[i].name), S(".html")))
            continue;
        while (str_find_str(rest, S("{{t.")) < rest.n) {
            rest = str_from_pos(rest, str_find_str(rest, S("{{t.")) + 2);
            str name = str_head(rest, str_find(rest, '}'));
            if (!template_lookup(&scope, name))
                fail_msg("%s: there is no %.*s", embedded_files[i].name, STR_FMT(name));
            named++;
        }
    }
    assert_true(named > 30);
}

static void every_template_parses(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    const struct template_value values[] = {{.name = "client", .text = S("An app")}};
    const struct template_scope texts = texts_scope(LANGUAGE_en);
    const struct template_scope scope = {values, 1, &texts};
    for (size_t i = 0; i < embedded_file_count; i++) {
        if (!str_ends(str_from(embedded_files[i].name), S(".html")))
            continue;
        struct buf out = buf_in(arena, 65536);
        str page;
        template_render(&out, embedded_text(embedded_files[i].name), &scope);
        assert_ok(buf_str(&out, &page));
        assert_int_equal(str_find_str(page, S("{{")), page.n);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sentence_is_there_and_tidy),
        cmocka_unit_test(no_word_mixes_scripts),
        cmocka_unit_test(no_sentence_was_left_in_english),
        cmocka_unit_test(every_sentence_ends_as_in_english),
        cmocka_unit_test(every_language_fills_in_the_same),
        cmocka_unit_test(every_sentence_can_be_filled),
        cmocka_unit_test(numbers_take_their_plural_forms),
        cmocka_unit_test(no_template_has_words_of_its_own),
        cmocka_unit_test(every_sentence_that_a_template_names_is_there),
        cmocka_unit_test(every_template_parses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
