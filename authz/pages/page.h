/* The frame of every page: layout.html around a page's own template, and the headers of HTML. */
#ifndef AUTHZ_PAGES_PAGE_H
#define AUTHZ_PAGES_PAGE_H

#include "authz/pages/pages.h"

struct page {
    const char *template_name;      /* "sign_in.html" */
    const char *layout;             /* around it; NULL: "layout.html" */
    enum text title;                /* of the window; the heading too unless that is given */
    enum text heading, lead;        /* or TEXT_NONE; filled from the values and the frame */
    const struct page_frame *frame; /* NULL: no client is asking */
    const struct template_value *values;
    size_t n;
    const char *script; /* an asset, or NULL: pages do without */
    str frame_sources;  /* origins that frames of the page may come from, or absent: no frames */
    str next;           /* where a browser without script goes on to by itself, or absent */
};

enum { PAGE_MAX = 256 * 1024 };

/* The path of an asset under its hashed name. */
err page_asset_path(struct request *rq, const char *name, str *out) MUST_CHECK;
err page_render(struct request *rq, struct response *rs, int status,
                const struct page *page) MUST_CHECK;

#endif
