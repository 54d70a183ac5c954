/* The frame of every page: layout.html around a page's own template, and the headers of HTML. */
#ifndef AUTHZ_PAGES_PAGE_H
#define AUTHZ_PAGES_PAGE_H

#include "authz/pages/pages.h"

struct page {
    const char *template_name;      /* "sign_in.html" */
    enum text title;                /* of the window; the heading too unless that is given */
    enum text heading, lead;        /* or TEXT_NONE; filled from the values and the frame */
    const struct page_frame *frame; /* NULL: no client is asking */
    const struct template_value *values;
    size_t n;
    const char *script; /* an asset, or NULL: pages do without */
};

enum { PAGE_MAX = 256 * 1024 };

err page_render(struct request *rq, struct response *rs, int status,
                const struct page *page) MUST_CHECK;

#endif
