#include "authz/pages/page.h"

static const struct {
    str scope;
    enum text title, detail;
} texts[] = {
#define CONSENT_TEXT(scope) {S_INIT(#scope), TEXT_scope_##scope, TEXT_scope_##scope##_detail},
#include "authz/pages/consent_texts.def"
#undef CONSENT_TEXT
};
enum { SCOPES = sizeof texts / sizeof texts[0], SCOPE_VALUES = 3 };

/* The rows for the words of `scope`, in the order of the table. */
static size_t scope_rows(str scope, enum language language,
                         struct template_value cells[SCOPES][SCOPE_VALUES],
                         struct template_scope rows[SCOPES]) {
    size_t n = 0;
    for (size_t i = 0; i < SCOPES; i++) {
        if (!str_has_word(scope, texts[i].scope))
            continue;
        cells[n][0] = (struct template_value){.name = "scope", .text = texts[i].scope};
        cells[n][1] = texts_value("title", language, texts[i].title);
        cells[n][2] = texts_value("detail", language, texts[i].detail);
        rows[n] = (struct template_scope){.values = cells[n], .n = SCOPE_VALUES};
        n++;
    }
    return n;
}

err page_consent(struct request *rq, struct response *rs, int status,
                 const struct page_consent *page) {
    struct template_value cells[SCOPES][SCOPE_VALUES];
    struct template_scope rows[SCOPES];
    const struct template_value values[] = {
        {.name = "name", .text = page->account.name},
        {.name = "email", .text = page->account.email},
        {.name = "native", .text = page->native ? S("yes") : STR_ABSENT},
        {.name = "scopes",
         .rows = rows,
         .row_count = scope_rows(page->scope, language_of(rq), cells, rows)},
    };
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "consent.html",
                                      .title = TEXT_consent_title,
                                      .heading = TEXT_consent_heading,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = sizeof values / sizeof values[0]});
}
