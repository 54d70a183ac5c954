/* Texts that are compared without case: names in any script. */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include "common/base/str.h"

/* Lower case, character by character, by the C library's table of Unicode; trimmed. What is not
 * UTF-8 comes back as it is. */
err fold(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
