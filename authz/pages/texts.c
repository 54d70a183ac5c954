#include "authz/pages/texts.h"

#include <assert.h>

#include "common/text/plural.h"
#include "common/text/sentence.h"

#define ROW(key, sentence, rule)                                                                   \
    [TEXT_##key] = {.name = "t." #key, .text = S_INIT(sentence), .plural = (rule)},

static const struct template_value en[TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "authz/pages/texts/en.def"
#undef TEXT
};

static const struct template_value es[TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "authz/pages/texts/es.def"
#undef TEXT
};

static const struct template_value ru[TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_few_many)
#include "authz/pages/texts/ru.def"
#undef TEXT
};

static const struct template_value kk[TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "authz/pages/texts/kk.def"
#undef TEXT
};

static const struct template_value tg[TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_other)
#include "authz/pages/texts/tg.def"
#undef TEXT
};

static const struct template_value *const tables[LANGUAGE_COUNT] = {
#define LANGUAGE(tag, direction) tag,
#include "common/http/languages.def"
#undef LANGUAGE
};

str texts_get(const struct request *rq, enum text key) {
    str text = tables[language_of(rq)][key].text;
    assert(str_find(text, '{') == text.n);
    return text;
}

err texts_fill(struct request *rq, enum text key, const struct template_value *values, size_t n,
               str *out) {
    const struct template_scope scope = {values, n, NULL};
    return sentence_fill(rq->arena, &tables[language_of(rq)][key], &scope, out);
}

struct template_value texts_value(const char *name, enum language language, enum text key) {
    struct template_value value = tables[language][key];
    value.name = name;
    return value;
}

struct template_scope texts_scope(enum language language) {
    return (struct template_scope){tables[language] + 1, TEXT_COUNT - 1, NULL};
}
