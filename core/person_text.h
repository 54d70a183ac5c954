/* What a person wrote, fit to be shown to another in a mail: it cannot pass for a line or a
 * sentence of ours, nor become a link. */
#ifndef CORE_PERSON_TEXT_H
#define CORE_PERSON_TEXT_H

#include "common/base/str.h"

enum { PERSON_TEXT_MAX = 60 /* characters */ };

/* One line: control characters and what turns or hides text (Unicode's Cf, line separators) are
 * gone, blanks are single, what is longer is cut ("…"), and a space parts what mail programs would
 * take for an address of the web ("evil. example"). `text` is valid UTF-8. Absent stays absent. */
err person_text_tame(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
