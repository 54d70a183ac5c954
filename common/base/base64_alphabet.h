/* What base64 and base64url share: six bits a character, most significant first. */
#ifndef COMMON_BASE_BASE64_ALPHABET_H
#define COMMON_BASE_BASE64_ALPHABET_H

#include "common/base/str.h"

/* Without padding; `alphabet` has 64 characters. */
err base64_alphabet_encode(struct arena *arena, const char *alphabet, str bytes,
                           str *out) MUST_CHECK;
/* `text` without padding. E_bad_request: a foreign character, a length of 4k+1, trailing bits. */
err base64_alphabet_decode(struct arena *arena, const char *alphabet, str text,
                           str *out) MUST_CHECK;

#endif
