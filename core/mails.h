/* What mails say. */
#ifndef CORE_MAILS_H
#define CORE_MAILS_H

#include "core/outbox.h"

enum mail_kind {
#define MAIL_TEXT(kind, subject, text) MAIL_##kind,
#include "core/mails.def"
#undef MAIL_TEXT
    MAIL_KINDS
};

/* `detail` takes the place of %s in the text: a code, a link; absent where there is none. The mail
 * comes back sealed, for outbox_put. */
err mails_write(const struct core *core, struct arena *arena, enum mail_kind kind, str to,
                str detail, str *sealed) MUST_CHECK;

#endif
