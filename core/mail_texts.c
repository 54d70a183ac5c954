#include "core/mail_texts.h"

#include "common/text/plural.h"

#define ROW(key, sentence, rule)                                                                   \
    [MAIL_TEXT_##key] = {.name = "t." #key, .text = S_INIT(sentence), .plural = (rule)},

static const struct template_value en[MAIL_TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "core/mails/en.def"
#undef TEXT
};

static const struct template_value es[MAIL_TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "core/mails/es.def"
#undef TEXT
};

static const struct template_value ru[MAIL_TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_few_many)
#include "core/mails/ru.def"
#undef TEXT
};

static const struct template_value kk[MAIL_TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_one_other)
#include "core/mails/kk.def"
#undef TEXT
};

static const struct template_value tg[MAIL_TEXT_COUNT] = {
#define TEXT(key, sentence) ROW(key, sentence, plural_other)
#include "core/mails/tg.def"
#undef TEXT
};

static const struct template_value *const tables[LANGUAGE_COUNT] = {
#define LANGUAGE(tag, direction) tag,
#include "common/http/languages.def"
#undef LANGUAGE
};

struct template_value mail_texts_value(const char *name, enum language language,
                                       enum mail_text key) {
    struct template_value value = tables[language][key];
    value.name = name;
    return value;
}
