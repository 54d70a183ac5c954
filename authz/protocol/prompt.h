/* The `prompt` parameter (OIDC Core 3.1.2.1): what the person must be shown, or that nothing may
 * be. The words are in prompts.def. */
#ifndef AUTHZ_PROTOCOL_PROMPT_H
#define AUTHZ_PROTOCOL_PROMPT_H

#include "common/base/str.h"

enum prompt_bit {
#define PROMPT(id, word) PROMPT_BIT_##id,
#include "authz/protocol/prompts.def"
#undef PROMPT
};

enum prompt {
#define PROMPT(id, word) PROMPT_##id = 1 << PROMPT_BIT_##id,
#include "authz/protocol/prompts.def"
#undef PROMPT
};

/* A mask of PROMPT_… bits; absent: 0. E_invalid_request: an unknown word, or none with another. */
err prompt_parse(str text, unsigned *out) MUST_CHECK;

#endif
