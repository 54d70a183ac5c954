#include "authz/pages/page.h"

err page_logout(struct request *rq, struct response *rs, int status,
                const struct page_logout *page) {
    const struct template_value values[] = {{.name = "logout", .text = page->logout}};
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "logout.html",
                                      .title = TEXT_logout_title,
                                      .lead = TEXT_logout_lead,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
