#include "authz/pages/page.h"

/* The same words whether or not an account has this e-mail. */
err page_forgot(struct request *rq, struct response *rs, int status,
                const struct page_forgot *page) {
    const struct template_value values[] = {
        {.name = "email", .text = page->email},
        {.name = "sent", .text = page->sent ? S("yes") : STR_ABSENT},
    };
    return page_render(
        rq, rs, status,
        &(struct page){.template_name = "forgot.html",
                       .title = page->sent ? TEXT_check_mail_title : TEXT_forgot_title,
                       .lead = page->sent ? TEXT_forgot_sent_lead : TEXT_forgot_lead,
                       .frame = &page->frame,
                       .values = values,
                       .n = 2});
}
