/* The challenges of WWW-Authenticate (RFC 9110 11.6.1), of which one value may hold several. */
#ifndef RP_PROTOCOL_CHALLENGE_READ_H
#define RP_PROTOCOL_CHALLENGE_READ_H

#include "common/base/str.h"

enum { CHALLENGE_PARAMS = 16, CHALLENGE_TEXT = 8192 }; /* more of either is malformed */

struct challenge_param {
    str name, value; /* the value without quotes and escapes */
};

struct challenge {
    str scheme;
    struct challenge_param params[CHALLENGE_PARAMS]; /* none for a token68 */
    size_t n;
};

/* Takes the next off the front of *rest; *found is false when there is none, or what is left is
 * malformed. E_no_memory alone fails. */
err challenge_next(struct arena *arena, str *rest, struct challenge *out, bool *found) MUST_CHECK;
/* Absent if there is none. */
str challenge_get(const struct challenge *challenge, str name);

#endif
