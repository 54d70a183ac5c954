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
                       .title = page->sent ? S("Check your mail") : S("Forgotten your password?"),
                       .lead = page->sent ? S("If an account has this e-mail, a link to set a new "
                                              "password is on its way. It is valid for 15 minutes.")
                                          : S("We send you a link to set a new one."),
                       .frame = &page->frame,
                       .values = values,
                       .n = 2});
}
