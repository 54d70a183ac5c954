/* Percent-encoding (RFC 3986 2.1) and application/x-www-form-urlencoded text. */
#ifndef COMMON_BASE_PERCENT_H
#define COMMON_BASE_PERCENT_H

#include "common/base/buf.h"

/* All but the unreserved characters [A-Za-z0-9-._~] is encoded, upper-case hex. */
err percent_encode(struct arena *arena, str s, str *out) MUST_CHECK;
/* The same, appended. */
void percent_add(struct buf *buf, str s);
/* %XX only; '+' stays. A bad escape, a NUL or text that is not UTF-8 is E_bad_request. */
err percent_decode(struct arena *arena, str s, str *out) MUST_CHECK;
/* %XX, and '+' is a space (form text). The same refusals. */
err percent_decode_form(struct arena *arena, str s, str *out) MUST_CHECK;

#endif
