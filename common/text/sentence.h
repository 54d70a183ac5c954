/* Sentences with something to fill in.
 *
 *   {name}               the value of that name
 *   {name:second|seconds} the form that goes with the number of that value; how many there are, and
 *                        which is which, is the language's (CLDR, "Language Plural Rules")
 *
 * What is filled in is never looked through again. A sentence that does not parse, or names what is
 * not there, is a bug of ours: asserted, and every sentence is filled in the tests. */
#ifndef COMMON_TEXT_SENTENCE_H
#define COMMON_TEXT_SENTENCE_H

#include "common/text/template.h"

/* Not escaped. E_no_memory. */
err sentence_fill(struct arena *arena, const struct template_value *sentence,
                  const struct template_scope *scope, str *out) MUST_CHECK;

#endif
