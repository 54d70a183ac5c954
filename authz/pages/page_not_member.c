#include "authz/pages/page.h"

err page_not_member(struct request *rq, struct response *rs, int status,
                    const struct page_not_member *page) {
    const struct template_value values[] = {
        {.name = "name", .text = page->account.name},
        {.name = "email", .text = page->account.email},
    };
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "not_member.html",
                                      .title = TEXT_not_member_title,
                                      .heading = TEXT_not_member_heading,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = sizeof values / sizeof values[0]});
}
