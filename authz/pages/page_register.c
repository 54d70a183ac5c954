#include "authz/pages/page.h"

/* What differs between the three steps. */
static const struct step {
    const char *template_name;
    str title;
    const char *lead; /* before the e-mail */
} steps[] = {
    [REGISTER_EMAIL] = {"register_email.html", S_INIT("Create your account"), NULL},
    [REGISTER_CODE] = {"register_code.html", S_INIT("Check your mail"), "We sent a code to "},
    [REGISTER_PASSWORD] = {"register_password.html", S_INIT("Choose a password"), NULL},
};

err page_register(struct request *rq, struct response *rs, int status,
                  const struct page_register *page) {
    const struct step *step = &steps[page->step];
    const struct template_value values[] = {{.name = "email", .text = page->email}};
    str lead = STR_ABSENT;
    if (step->lead)
        TRY(page_phrase(rq, step->lead, page->email, ".", &lead));
    return page_render(rq, rs, status,
                       &(struct page){.template_name = step->template_name,
                                      .title = step->title,
                                      .lead = lead,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
