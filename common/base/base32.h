/* base32 without padding, upper case (RFC 4648 6), as authenticator apps take secrets. */
#ifndef COMMON_BASE_BASE32_H
#define COMMON_BASE_BASE32_H

#include "common/base/str.h"

err base32_encode(struct arena *arena, str bytes, str *out) MUST_CHECK;

#endif
