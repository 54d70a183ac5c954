/* The parameters of a query or a form body (application/x-www-form-urlencoded).
 *
 * Decided here, once, for everybody: a parameter without a value is absent (RFC 6749 3.1), and a
 * repeated one is an error, except where a specification lets it repeat. Repetition is only
 * recorded while parsing, so that an endpoint can still tell where to send the error. */
#ifndef COMMON_BASE_FORM_H
#define COMMON_BASE_FORM_H

#include "common/base/str.h"

struct form_param {
    str name, value; /* decoded, valid UTF-8, no NUL; value never empty */
    bool repeated;   /* a later one has the same name */
};

struct form {
    struct form_param *list;
    size_t n;
};

enum { FORM_MAX_PARAMS = 128 };

/* E_invalid_request: bad percent-encoding, not UTF-8, a NUL, or too many parameters. */
err form_parse(struct arena *arena, str text, struct form *out) MUST_CHECK;
/* The first value, or absent. */
str form_get(const struct form *form, str name);
/* E_invalid_request if any parameter is repeated, other than the words in `may_repeat`. */
err form_unique(const struct form *form, str may_repeat) MUST_CHECK;
/* Writes "name=value&name=value", encoded; parameters with absent values are left out. */
err form_write(struct arena *arena, const struct form_param *list, size_t n, str *out) MUST_CHECK;

#endif
