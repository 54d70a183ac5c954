#include "authz/pages/page.h"

static err page_reset_done(struct request *rq, struct response *rs, int status) {
    return page_notice(rq, rs, status,
                       &(struct page_notice){
                           .title = S("Your password is set"),
                           .text = S("Go back to the app and sign in with it."),
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
                                      .title = S("Set a new password"),
                                      .frame = &frame,
                                      .values = values,
                                      .n = 2});
}
