#include "authz/pages/page.h"

#include "common/base/url.h"

/* The origins of the frames, for the page's policy: only those may be loaded. */
static err sources(struct request *rq, const struct page_signed_out *page, str *out) {
    *out = STR_ABSENT;
    for (size_t i = 0; i < page->n; i++) {
        struct url url = {0};
        str origin;
        TRY(url_parse(page->frames[i], &url));
        TRY(url_origin(rq->arena, &url, &origin));
        TRY(STR_JOIN(rq->arena, out, *out, S(" "), origin));
    }
    return OK;
}

/* Front-Channel Logout 1.0 3: a frame for each client, then on to the app, if it named an address.
 */
err page_signed_out(struct request *rq, struct response *rs, const struct page_signed_out *page) {
    struct template_value *uris = arena_array(rq->arena, page->n + 1, sizeof *uris);
    struct template_scope *rows = arena_array(rq->arena, page->n + 1, sizeof *rows);
    str frame_sources;
    REQUIRE(uris && rows, no_memory, "no memory for a page");
    for (size_t i = 0; i < page->n; i++) {
        uris[i] = (struct template_value){.name = "uri", .text = page->frames[i]};
        rows[i] = (struct template_scope){.values = &uris[i], .n = 1};
    }
    TRY(sources(rq, page, &frame_sources));
    const struct template_value values[] = {
        {.name = "frames", .rows = rows, .row_count = page->n},
        {.name = "next", .text = page->next},
    };
    return page_render(rq, rs, 200,
                       &(struct page){.template_name = "signed_out.html",
                                      .title = TEXT_signed_out_title,
                                      .lead = TEXT_signed_out,
                                      .values = values,
                                      .n = 2,
                                      .script = "signed_out.js",
                                      .frame_sources = frame_sources,
                                      .next = page->next});
}
