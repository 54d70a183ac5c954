/* Every sentence that a person reads on a page, by its key, in every language of languages.def.
 *
 * texts/en.def names the keys. Templates say {{t.key}}; pages and endpoints TEXT_key. */
#ifndef AUTHZ_PAGES_TEXTS_H
#define AUTHZ_PAGES_TEXTS_H

#include "common/http/language.h"
#include "common/text/template.h"

enum text {
    TEXT_NONE,
#define TEXT(key, sentence) TEXT_##key,
#include "authz/pages/texts/en.def"
#undef TEXT
    TEXT_COUNT
};

/* In the language of the request. As it stands: not for sentences that need filling. Static. */
str texts_get(const struct request *rq, enum text key);
/* Filled (sentence.h), not escaped. */
err texts_fill(struct request *rq, enum text key, const struct template_value *values, size_t n,
               str *out) MUST_CHECK;
/* The sentence as the value `name` of a template; not there if the key is TEXT_NONE. */
struct template_value texts_value(const char *name, enum language language, enum text key);
/* All of them, as "t.key". */
struct template_scope texts_scope(enum language language);

#endif
