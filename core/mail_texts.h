/* Every sentence of a mail, by its key, in every language of common/http/languages.def:
 * mails/TAG.def. mails/en.def names the keys. */
#ifndef CORE_MAIL_TEXTS_H
#define CORE_MAIL_TEXTS_H

#include "common/http/language.h"
#include "common/text/template.h"

enum mail_text {
    MAIL_TEXT_NONE,
#define TEXT(key, sentence) MAIL_TEXT_##key,
#include "core/mails/en.def"
#undef TEXT
    MAIL_TEXT_COUNT
};

/* The sentence as the value `name` of a template; not there if the key is MAIL_TEXT_NONE. */
struct template_value mail_texts_value(const char *name, enum language language,
                                       enum mail_text key);

#endif
