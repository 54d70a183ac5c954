/* The pages of somebody who is signed in to HitKey itself: a wide frame with navigation, who it is,
 * and what the page says, around a template of its own.
 *
 * A template has {{csrf}} for the hidden field of each form. Of a field `x` that was refused it may
 * show {{error.x}}, with the id "x-error" that the field's aria-describedby names. */
#ifndef AUTHZ_PAGES_ACCOUNT_PAGES_H
#define AUTHZ_PAGES_ACCOUNT_PAGES_H

#include "authz/pages/page.h"

enum account_section {
    ACCOUNT_SECTION_NONE,
#define SECTION(id, path, group) ACCOUNT_SECTION_##id,
#include "authz/pages/account_sections.def"
#undef SECTION
    ACCOUNT_SECTION_COUNT
};

enum { ACCOUNT_FIELD_ERRORS = 16 };

struct account_field_error {
    str field; /* ends with a NUL */
    str text;
};

struct account_frame {
    str csrf;        /* sealed */
    str name, email; /* who is signed in; name: empty if the person gave none */
    str status;      /* what was just done, or absent */
    str error;       /* above the page, or absent */
    struct account_field_error errors[ACCOUNT_FIELD_ERRORS];
    size_t error_count;
};

/* `page`: template, title, heading, lead, values, script; its frame and layout are set here. */
err account_page(struct request *rq, struct response *rs, int status, enum account_section section,
                 const struct account_frame *frame, const struct page *page) MUST_CHECK;
/* The same for a page that is shown to somebody who is not signed in: the narrow card of the pages
 * of a sign-in around it, no navigation. */
err account_page_alone(struct request *rq, struct response *rs, int status,
                       const struct account_frame *frame, const struct page *page) MUST_CHECK;

#endif
