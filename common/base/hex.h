/* Hex (RFC 4648 8): written in lower case, read in either. */
#ifndef COMMON_BASE_HEX_H
#define COMMON_BASE_HEX_H

#include "common/base/str.h"

err hex_encode(struct arena *arena, str bytes, str *out) MUST_CHECK;
/* E_bad_request: an odd length or a foreign character. */
err hex_decode(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
