/* The frame of every page: layout.html around a page's own template, and the headers of HTML. */
#ifndef AUTHZ_PAGES_PAGE_H
#define AUTHZ_PAGES_PAGE_H

#include "authz/pages/pages.h"
#include "authz/pages/template.h"

struct page {
    const char *template_name;      /* "sign_in.html" */
    str title;                      /* of the window; the heading too unless that is given */
    str heading, lead;              /* or absent */
    const struct page_frame *frame; /* NULL: no client is asking */
    const struct template_value *values;
    size_t n;
    const char *script; /* an asset, or NULL: pages do without */
};

enum { PAGE_MAX = 256 * 1024, PAGE_MAX_VALUES = 16 };

err page_render(struct request *rq, struct response *rs, int status,
                const struct page *page) MUST_CHECK;
/* "before NAME after": the frame's client in a sentence. */
err page_phrase(struct request *rq, const char *before, str name, const char *after,
                str *out) MUST_CHECK;

#endif
