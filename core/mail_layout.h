/* A mail's words in their places: as text, and as HTML that is readable without styles, follows a
 * dark theme and fetches nothing (mails/layout.html). */
#ifndef CORE_MAIL_LAYOUT_H
#define CORE_MAIL_LAYOUT_H

#include "common/http/language.h"

/* What is absent has no place. */
struct mail_layout {
    enum language language;
    str subject, hello, lead;
    struct mail_row {
        str label, value;
    } rows[3]; /* set apart from our words; those without a value are left out */
    str code;
    str link, button, link_label;
    str hint, note, footer;
};

err mail_layout_text(struct arena *arena, const struct mail_layout *layout, str *out) MUST_CHECK;
/* Every value is escaped. */
err mail_layout_html(struct arena *arena, const struct mail_layout *layout, str *out) MUST_CHECK;

#endif
