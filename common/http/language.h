/* The languages of pages and mails, and which one a person wants. */
#ifndef COMMON_HTTP_LANGUAGE_H
#define COMMON_HTTP_LANGUAGE_H

#include "common/http/http.h"

enum language {
#define LANGUAGE(tag, direction) LANGUAGE_##tag,
#include "common/http/languages.def"
#undef LANGUAGE
    LANGUAGE_COUNT
};

/* What the app asks for in `ui_locales` (OIDC Core 3.1.2.1: tags in order of preference), else what
 * the browser does in Accept-Language (RFC 9110 12.5.4), else the first of the table. "es-MX" is
 * answered with "es"; what we do not speak, and what is no tag, is passed over. */
enum language language_of(const struct request *rq);
/* The language that a BCP 47 tag is of. */
bool language_find(str tag, enum language *out);
/* "en", as in <html lang> and Content-Language. */
str language_tag(enum language language);
/* "ltr" or "rtl", as in <html dir>. */
str language_direction(enum language language);

#endif
