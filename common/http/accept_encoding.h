/* Accept-Encoding (RFC 9110 12.5.3). */
#ifndef COMMON_HTTP_ACCEPT_ENCODING_H
#define COMMON_HTTP_ACCEPT_ENCODING_H

#include "common/base/str.h"

/* Whether an answer may come in that coding, "gzip". Without the header every coding may; what is
 * not named goes as "*" does, and without that it may not. */
bool accept_encoding(str header, str coding);

#endif
