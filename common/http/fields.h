/* A JSON body against a table of fields: types and limits are data, the 422 answer follows.
 *
 *     static const struct field login_fields[] = {
 *         {"email", FIELD_EMAIL, FIELD_REQUIRED, 0, 254, offsetof(struct login, email)},
 *         {"password", FIELD_TEXT, FIELD_REQUIRED, 1, 128, offsetof(struct login, password)},
 *     };
 *     struct login in = {0};
 *     TRY(fields_read(rq, login_fields, 2, &in));
 */
#ifndef COMMON_HTTP_FIELDS_H
#define COMMON_HTTP_FIELDS_H

#include "common/http/http.h"

enum field_type {
    FIELD_TEXT,   /* str */
    FIELD_EMAIL,  /* str, trimmed and lower-cased */
    FIELD_URL,    /* str, absolute */
    FIELD_DIGITS, /* str of decimal digits */
    FIELD_BOOL,   /* bool */
    FIELD_WORD,   /* str, one of `choices` */
    FIELD_OBJECT, /* str: the member's compact JSON text */
    FIELD_LIST    /* str: the same for an array of strings */
};

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_NULLABLE = 2 /* null is taken; see field_given */
};

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    size_t min, max; /* code points of the text (bytes of an object) */
    size_t offset;
    const char *choices; /* FIELD_WORD: separated by spaces */
};

enum { FIELDS_MAX = 64 };
enum field_state { FIELD_MISSING, FIELD_NULL, FIELD_SET };

/* A table that others may read too: whoever documents the call. */
struct field_table {
    const struct field *rows;
    size_t n;
};
#define FIELD_TABLE(name, array)                                                                   \
    const struct field_table name = {array, sizeof(array) / sizeof((array)[0])}

/* Fills the struct at `out` (zeroed by the caller); strings are in the request's arena. Unknown
 * members are ignored. E_bad_request: not a JSON object; E_validation: rq->field_errors says what.
 */
err fields_read(struct request *rq, const struct field *table, size_t n, void *out) MUST_CHECK;
/* The same, and tells of each row whether it was missing, null or set (PATCH: null clears). */
err fields_read_states(struct request *rq, const struct field *table, size_t n, void *out,
                       enum field_state *states) MUST_CHECK;
/* The same with the table of the route (struct route, `takes`): so what is documented is what is
 * read. */
err fields_read_body(struct request *rq, void *out) MUST_CHECK;
err fields_read_body_states(struct request *rq, void *out, enum field_state *states) MUST_CHECK;

#endif
