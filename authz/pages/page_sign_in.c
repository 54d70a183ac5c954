#include "authz/pages/page.h"

err page_sign_in(struct request *rq, struct response *rs, int status,
                 const struct page_sign_in *page) {
    const struct template_value values[] = {{.name = "email", .text = page->email}};
    str lead;
    TRY(page_phrase(rq, "to continue to ", page->frame.client_name, "", &lead));
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "sign_in.html",
                                      .title = S("Sign in"),
                                      .lead = lead,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
