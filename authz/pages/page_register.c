#include "authz/pages/page.h"

/* What differs between the three steps. */
static const struct step {
    const char *template_name;
    enum text title, lead;
} steps[] = {
    [REGISTER_EMAIL] = {"register_email.html", TEXT_register_title, TEXT_NONE},
    [REGISTER_CODE] = {"register_code.html", TEXT_check_mail_title, TEXT_code_sent},
    [REGISTER_PASSWORD] = {"register_password.html", TEXT_choose_password_title, TEXT_NONE},
};

err page_register(struct request *rq, struct response *rs, int status,
                  const struct page_register *page) {
    const struct step *step = &steps[page->step];
    const struct template_value values[] = {{.name = "email", .text = page->email}};
    return page_render(rq, rs, status,
                       &(struct page){.template_name = step->template_name,
                                      .title = step->title,
                                      .lead = step->lead,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
