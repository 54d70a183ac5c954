/* base64 with the standard alphabet and required padding (RFC 4648 4), as HTTP Basic and mail use
 * it. Decoding is strict: see base64url.h. */
#ifndef COMMON_BASE_BASE64_H
#define COMMON_BASE_BASE64_H

#include "common/base/str.h"

err base64_encode(struct arena *arena, str bytes, str *out) MUST_CHECK;
err base64_decode(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
