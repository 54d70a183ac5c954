/* Examples and explanations that no table of the code holds: members.def and errors.def. */
#ifndef AUTHZ_OPENAPI_OPENAPI_WORDS_H
#define AUTHZ_OPENAPI_OPENAPI_WORDS_H

#include "common/base/str.h"

struct member_words {
    const char *name, *example, *about; /* the example is JSON text */
};

/* NULL: the member has no row. */
const struct member_words *openapi_member(const char *name);
/* What is said with an error; absent: the code has no row. */
str openapi_error_text(str code);

#endif
