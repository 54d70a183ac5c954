#include "authz/pages/page.h"

err page_second_factor(struct request *rq, struct response *rs, int status,
                       const struct page_second_factor *page) {
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "second_factor.html",
                                      .title = TEXT_second_factor_title,
                                      .lead = TEXT_second_factor_lead,
                                      .frame = &page->frame});
}
