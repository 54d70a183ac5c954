#include "authz/pages/page.h"

static err page_reset_done(struct request *rq, struct response *rs, int status) {
    return page_notice(rq, rs, status,
                       &(struct page_notice){
                           .title = TEXT_reset_done_title,
                           .text = TEXT_reset_done,
                       });
}

err page_reset(struct request *rq, struct response *rs, int status, const struct page_reset *page) {
    if (page->done)
        return page_reset_done(rq, rs, status);
    const struct page_frame frame = {.error = page->error};
    const struct template_value values[] = {
        {.name = "token", .text = page->token},
        {.name = "csrf", .text = page->csrf},
    };
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "reset.html",
                                      .title = TEXT_reset_title,
                                      .frame = &frame,
                                      .values = values,
                                      .n = 2});
}
