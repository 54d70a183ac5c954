#include "authz/pages/page.h"

err page_second_factor(struct request *rq, struct response *rs, int status,
                       const struct page_second_factor *page) {
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "second_factor.html",
                                      .title = S("Enter your code"),
                                      .lead = S("Your account asks for a second step."),
                                      .frame = &page->frame});
}
