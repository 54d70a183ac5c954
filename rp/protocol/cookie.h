/* The Cookie header of a request (RFC 6265 5.4), read as what anybody may have written. */
#ifndef RP_PROTOCOL_COOKIE_H
#define RP_PROTOCOL_COOKIE_H

#include "common/base/str.h"

enum { COOKIE_HEADER_MAX = 16 * 1024 };

struct cookie {
    str name, value; /* borrowed from the header */
};

/* Takes the next pair off the front of *rest; parts without '=' are passed over. False at the end.
 */
bool cookie_next(str *rest, struct cookie *out);

#endif
