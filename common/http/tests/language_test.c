#include "common/http/language.h"

#include "common/base/testing.h"

#define SUBTAG8 "-abcdefgh"

static void a_tag_finds_the_language_that_it_is_of(void **state) {
    (void)state;
    static const struct {
        const char *tag, *found; /* NULL: none */
    } cases[] = {
        {"", NULL},
        {" ", NULL},
        {"-", NULL},
        {"*", NULL},
        {"se", NULL},
        {"eng", NULL},
        {"e", NULL},
        {"english", NULL},
        {"en_GB", NULL},
        {"en-", NULL},
        {"-en", NULL},
        {"en--GB", NULL},
        {"en-G\xc3\xa9", NULL},
        {"en-abcdefghi", NULL},
        {"en" SUBTAG8 SUBTAG8 SUBTAG8 SUBTAG8, NULL}, /* 38 bytes */
        {"e1-GB", NULL},
        {"en;q=1", NULL},
        {"en,es", NULL},
        {"en es", NULL},
        {"x-en", NULL},
        {"i-klingon", NULL},
        {"en", "en"},
        {"EN", "en"},
        {"es-MX", "es"},
        {"eS-419", "es"},
        {"ru-Cyrl-KZ", "ru"},
        {"kk-Latn", "kk"},
        {"tg-TJ-x-home", "tg"},
        {"en" SUBTAG8 SUBTAG8 SUBTAG8, "en"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum language language;
        bool found = language_find(str_from(cases[i].tag), &language);
        if (found != (cases[i].found != NULL))
            fail_msg("\"%s\" is %sa language", cases[i].tag, found ? "" : "not ");
        if (found)
            assert_str(language_tag(language), cases[i].found);
    }
}

static str chosen(const char *ui_locales, const char *first, const char *second) {
    const struct header headers[] = {
        {S("Accept"), S("text/html")},
        {S("accept-language"), str_from(first)},
        {S("Accept-Language"), str_from(second)},
    };
    const struct request rq = {.ui_locales = str_from(ui_locales),
                               .headers = headers,
                               .header_count = 1 + (first != NULL) + (second != NULL)};
    return language_tag(language_of(&rq));
}

static const struct {
    const char *ui_locales, *accept, *result;
} wishes[] = {
    {NULL, NULL, "en"},
    {"", "", "en"},
    {"se", "fr", "en"},
    {"ru", NULL, "ru"},
    {"se ru es", NULL, "ru"},
    {"  se   es-MX ru ", NULL, "es"},
    {"kk-Cyrl-KZ", "ru", "kk"},
    {"TG", "ru", "tg"},
    {"se", "ru", "ru"},
    {"es_MX", "ru", "ru"},
    {"es,ru", "kk", "kk"},
    {"*", "tg", "tg"},
    {"ru;q=0.1", "tg", "tg"},
    {"es\tru", "tg", "tg"},
    {NULL, "ru", "ru"},
    {NULL, "ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"},
    {NULL, "en;q=0.5, ru;q=0.6", "ru"},
    {NULL, "es;q=0.5,ru;q=0.5", "es"},
    {NULL, "ru;q=0.5,es;q=0.5", "ru"},
    {NULL, "de, fr;q=0.9, tg;q=0.1", "tg"},
    {NULL, "es-AR;q=0.2,ru;q=0.5,es;q=0.9", "es"},
    {NULL, "es;q=0.9,ru;q=0.95,es-AR;q=0.2", "ru"},
    {NULL, "es;q=0.001,kk;Q=0.002", "kk"},
    {NULL, "es;q=0.01,kk;q=0.009", "es"},
    {NULL, "es ; q=0.5 ,\tkk;\tq=1.0 ", "kk"},
    {NULL, ",,ru,", "ru"},
    /* refused */
    {NULL, "ru;q=0", "en"},
    {NULL, "ru;q=0.000, kk;q=0.1", "kk"},
    {NULL, "en;q=0", "en"},
    {NULL, "en;q=0, ru;q=0.1", "ru"},
    {NULL, "es-MX;q=0, es", "es"},
    /* what is not named */
    {NULL, "*", "en"},
    {NULL, "*;q=0", "en"},
    {NULL, "*, ru;q=0.5", "en"},
    {NULL, "ru;q=0.5, *", "en"},
    {NULL, "ru, *;q=0.5", "ru"},
    {NULL, "ru, *;q=0", "ru"},
    {NULL, "en;q=0, *", "es"},
    {NULL, "en;q=0, es;q=0, *;q=0.1", "ru"},
    /* malformed weights */
    {NULL, "ru;q=1.001", "en"},
    {NULL, "ru;q=1.1, kk;q=0.1", "kk"},
    {NULL, "ru;q=2", "en"},
    {NULL, "ru;q=", "en"},
    {NULL, "ru;", "en"},
    {NULL, "ru;q", "en"},
    {NULL, "ru;q=x", "en"},
    {NULL, "ru;q=-1", "en"},
    {NULL, "ru;q=0.1234", "en"},
    {NULL, "ru;q=0,5", "en"},
    {NULL, "ru;q=0x5", "en"},
    {NULL, "ru;q=.5", "en"},
    {NULL, "ru;q=01", "en"},
    {NULL, "ru;q=0.5;q=1", "en"},
    {NULL, "ru;level=1", "en"},
    {NULL, "ru es", "en"},
    {NULL, "ru\xff", "en"},
};

static void the_language_is_the_app_s_then_the_browser_s_then_english(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(wishes); i++) {
        str result = chosen(wishes[i].ui_locales, wishes[i].accept, NULL);
        if (!str_eq(result, str_from(wishes[i].result)))
            fail_msg("ui_locales \"%s\", Accept-Language \"%s\": %.*s",
                     wishes[i].ui_locales ? wishes[i].ui_locales : "",
                     wishes[i].accept ? wishes[i].accept : "", STR_FMT(result));
    }
}

static void accept_language_may_stand_on_several_lines(void **state) {
    (void)state;
    assert_str(chosen(NULL, "de, ru;q=0.3", "tg;q=0.4"), "tg");
    assert_str(chosen(NULL, "de, ru;q=0.4", "tg;q=0.4"), "ru");
    assert_str(chosen(NULL, "es;q=0", "*"), "en");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_finds_the_language_that_it_is_of),
        cmocka_unit_test(the_language_is_the_app_s_then_the_browser_s_then_english),
        cmocka_unit_test(accept_language_may_stand_on_several_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
