/* Structured logs: one JSON (or text) line an event on standard error, written at once with one
 * write(2). Secrets cannot be logged: there is no field type for them.
 *
 *     LOG(LOG_INFO, "listening", LOG_STR("address", address), LOG_INT("port", port));
 */
#ifndef COMMON_OPS_LOG_H
#define COMMON_OPS_LOG_H

#include "common/base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_OFF };
enum log_format { LOG_JSON, LOG_TEXT };

struct log_field {
    const char *name;
    str text; /* absent: an integer follows */
    int64_t number;
    bool is_number;
};
#define LOG_STR(field, value) ((struct log_field){(field), (value), 0, false})
#define LOG_INT(field, value) ((struct log_field){(field), STR_ABSENT, (int64_t)(value), true})

#define LOG(level, event, ...)                                                                     \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                           \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* Process-wide; safe to change while threads log (SIGHUP). Default: info, JSON, fd 2. */
void log_setup(enum log_level level, enum log_format format, int fd);
bool log_on(enum log_level level);
/* A line of {"time","level","event",fields…}; absent fields are left out; longer than 4 KiB is cut
 * at a field. No field is named time, level or event. Never fails. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n);
/* Logs an error that nobody will be answered with: event, code, why, at. */
void log_err(enum log_level level, const char *event, err e);

#endif
