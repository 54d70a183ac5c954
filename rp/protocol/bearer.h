/* Access tokens as they travel (RFC 6750 2.1, RFC 9449 7.1). */
#ifndef RP_PROTOCOL_BEARER_H
#define RP_PROTOCOL_BEARER_H

#include "common/base/str.h"

/* Visible ASCII characters: anything else would break out of the header. */
bool bearer_is_sendable(str token);

#endif
