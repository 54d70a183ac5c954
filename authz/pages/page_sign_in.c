#include "authz/pages/page.h"

err page_sign_in(struct request *rq, struct response *rs, int status,
                 const struct page_sign_in *page) {
    const struct template_value values[] = {{.name = "email", .text = page->email}};
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "sign_in.html",
                                      .title = TEXT_sign_in_title,
                                      .lead = TEXT_to_continue,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
