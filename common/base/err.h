/* The one kind of error.
 *
 * Every function that can fail returns an `err` and passes results out through its last pointer.
 * `code` comes from err_kinds.def, which also gives the HTTP status and the name on the wire.
 * `why` is a literal: what a client sent is never echoed. `at` is file:line, for the log only.
 * Return an err or log it, never both. */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include <stdbool.h>

enum err_code {
#define ERR_KIND(name, status)          E_##name,
#define ERR_KIND_AS(name, wire, status) E_##name,
#include "common/base/err_kinds.def"
#undef ERR_KIND_AS
#undef ERR_KIND
    E_count
};

typedef struct err {
    enum err_code code;
    const char *why; /* one English sentence for the person who can mend it, no full stop */
    const char *at;  /* "authz/endpoints/token.c:42" */
} err;

#define MUST_CHECK __attribute__((warn_unused_result))

#define ERR_STRING2(x) #x
#define ERR_STRING(x)  ERR_STRING2(x)
#define ERR_AT         __FILE__ ":" ERR_STRING(__LINE__)

#define OK              ((err){E_ok, 0, 0})
#define FAIL(code, why) ((err){E_##code, "" why, ERR_AT})

/* Returns the error of `call`, if it has one. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        err try_err_ = (call);                                                                     \
        if (try_err_.code != E_ok)                                                                 \
            return try_err_;                                                                       \
    } while (0)

/* Somebody's input: refuse it with a code of the table and a literal sentence. */
#define REQUIRE(cond, code, why)                                                                   \
    do {                                                                                           \
        if (!(cond))                                                                               \
            return FAIL(code, why);                                                                \
    } while (0)

static inline bool err_is(err e, enum err_code code) {
    return e.code == code;
}
static inline bool failed(err e) {
    return e.code != E_ok;
}

/* The name on the wire ("invalid_grant", "EMAIL_NOT_VERIFIED"); static. */
const char *err_name(enum err_code code);
/* The HTTP status of the table; 200 for E_ok. */
int err_status(enum err_code code);

#endif
