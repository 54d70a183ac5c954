/* base64url without padding (RFC 4648 5, RFC 7515 2). Strict: padding, white space, foreign
 * characters, impossible lengths and non-zero trailing bits are refused with E_bad_request. */
#ifndef COMMON_BASE_BASE64URL_H
#define COMMON_BASE_BASE64URL_H

#include "common/base/str.h"

err base64url_encode(struct arena *arena, str bytes, str *out) MUST_CHECK;
err base64url_decode(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
