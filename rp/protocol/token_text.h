/* The characters of a token (RFC 6749 A.12, A.17): VSCHAR. It goes into header lines, so nothing
 * may end one. */
#ifndef RP_PROTOCOL_TOKEN_TEXT_H
#define RP_PROTOCOL_TOKEN_TEXT_H

#include "common/base/str.h"

/* False for an empty or absent one too. */
bool token_text_is_plain(str text);

#endif
