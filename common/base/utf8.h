/* UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef COMMON_BASE_UTF8_H
#define COMMON_BASE_UTF8_H

#include "common/base/str.h"

bool utf8_valid(str s);
/* Code points of valid UTF-8. */
size_t utf8_length(str s);
/* C0 controls, DEL and C1 controls. `s` is valid UTF-8. */
bool utf8_has_control(str s);

#endif
