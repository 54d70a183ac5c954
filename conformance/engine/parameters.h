/* application/x-www-form-urlencoded, as queries, fragments and bodies carry it. A set of parameters
 * is a JSON object of strings in their order; a name that came twice has an array. */
#ifndef CONFORMANCE_ENGINE_PARAMETERS_H
#define CONFORMANCE_ENGINE_PARAMETERS_H

#include <jansson.h>
#include <stdbool.h>

/* The caller owns the results. */
json_t *parameters_parse(const char *text);
char *parameters_encode(json_t *parameters);
/* `url` with these parameters behind its query, its fragment gone. */
char *parameters_url(const char *url, json_t *parameters);
/* The query or the fragment of a URL, without its mark; "" where there is none; the caller frees.
 */
char *parameters_query(const char *url);
char *parameters_fragment(const char *url);
/* A member that is a string; "" otherwise. Borrowed. */
const char *text_of(const json_t *object, const char *name);
/* Whether two texts are the same: of what is public. */
bool text_is(const char *text, const char *other);
/* Whether "a|b|c" has this word. */
bool word_among(const char *word, const char *words);
/* A JSON string of any bytes: those that are no UTF-8 are said to be so. The caller owns. */
json_t *text_json(const char *text);

#endif
