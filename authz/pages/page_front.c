#include "authz/pages/page.h"

err page_front(struct request *rq, struct response *rs) {
    return page_render(rq, rs, 200,
                       &(struct page){.template_name = "front.html",
                                      .title = TEXT_front_title,
                                      .heading = TEXT_front_text});
}
