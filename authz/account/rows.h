/* Values and lists for templates, put together one after the other in a request's memory. A row
 * that found no memory fails the whole: rows_done(). */
#ifndef AUTHZ_ACCOUNT_ROWS_H
#define AUTHZ_ACCOUNT_ROWS_H

#include "authz/pages/texts.h"

enum { ROW_VALUES = 16 };

struct rows {
    struct request *rq;
    struct template_scope *list;
    struct template_value *values; /* of the last row */
    size_t n, max;
    bool failed;
};

struct rows rows_begin(struct request *rq, size_t max);
/* The values that follow go into another row; past the maximum nothing is added. */
void rows_next(struct rows *rows);
/* Absent or empty: not there in this row, and not looked for outside of it. At most ROW_VALUES. */
void rows_put(struct rows *rows, const char *name, str value);
void rows_put_text(struct rows *rows, const char *name, enum text text);
void rows_put_flag(struct rows *rows, const char *name, bool on);
/* "2024-01-01 12:00 UTC" */
void rows_put_time(struct rows *rows, const char *name, int64_t time_ms);
/* The same of a time as the account API writes it, "2024-01-01T12:00:00.000Z"; absent: not there.
 */
err rows_put_iso(struct rows *rows, const char *name, str iso) MUST_CHECK;
void rows_put_list(struct rows *rows, const char *name, const struct rows *inner);
/* "2024-01-01T12:00:00.000Z" as people read it; absent stays absent. */
err rows_iso(struct request *rq, str iso, str *out) MUST_CHECK;
/* The list as a value. E_no_memory. */
err rows_done(const struct rows *rows, const char *name, struct template_value *out) MUST_CHECK;

#endif
