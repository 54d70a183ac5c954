/* Where a sign-in may lead back to: a path of the program's own site, and nothing that a browser
 * would take elsewhere (RFC 9700 4.11: no open redirector). */
#ifndef RP_PROTOCOL_RETURN_TO_H
#define RP_PROTOCOL_RETURN_TO_H

#include "common/base/str.h"

enum { RETURN_TO_MAX = 512 };

/* Starts with one slash, which neither another nor a backslash follows (escaped neither); no
 * backslash or control character anywhere; at most RETURN_TO_MAX bytes of UTF-8. */
bool return_to_is_safe(str path);

#endif
