#include "authz/pages/page.h"

err page_notice(struct request *rq, struct response *rs, int status,
                const struct page_notice *page) {
    const struct template_value values[] = {texts_value("hint", language_of(rq), page->hint)};
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "notice.html",
                                      .title = page->title,
                                      .lead = page->text,
                                      .values = values,
                                      .n = 1});
}
