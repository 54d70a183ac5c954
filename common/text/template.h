/* HTML templates: the part of Mustache that pages and mails need, and no way to write unescaped
 * text.
 *
 *   {{name}}            the value, escaped for text and for quoted attributes
 *   {{#name}}…{{/name}} if the value is present and not empty; once a row if it is a list
 *   {{^name}}…{{/name}} if it is not
 *   {{>name}}           the value is itself a template of ours, rendered here
 *
 * A name is looked up in the innermost row first. A value may be a sentence (sentence.h), which is
 * filled from where it stands. A template that does not parse is a bug of ours:
 * asserted, and every template is rendered in the tests. */
#ifndef COMMON_TEXT_TEMPLATE_H
#define COMMON_TEXT_TEMPLATE_H

#include "common/base/buf.h"
#include "common/text/plural.h"

struct template_scope;

struct template_value {
    const char *name;
    str text;                          /* absent or empty: not there */
    plural_fn *plural;                 /* the text is a sentence in the language of this rule */
    const struct template_scope *rows; /* a list instead of a text */
    size_t row_count;
};

struct template_scope {
    const struct template_value *values;
    size_t n;
    const struct template_scope *outer; /* or NULL */
};

/* NULL: there is none. */
const struct template_value *template_lookup(const struct template_scope *scope, str name);
void template_render(struct buf *out, str template_text, const struct template_scope *scope);
/* &, <, >, " and ' as entities. */
void template_escape(struct buf *out, str text);

#endif
