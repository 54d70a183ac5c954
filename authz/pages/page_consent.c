#include "authz/pages/page.h"

static const struct {
    str scope, title, detail;
} texts[] = {
#define CONSENT_TEXT(scope, title, detail) {S_INIT(scope), S_INIT(title), S_INIT(detail)},
#include "authz/pages/consent_texts.def"
#undef CONSENT_TEXT
};
enum { TEXTS = sizeof texts / sizeof texts[0], TEXT_VALUES = 3 };

/* The rows for the words of `scope`, in the order of the table. */
static size_t scope_rows(str scope, struct template_value cells[TEXTS][TEXT_VALUES],
                         struct template_scope rows[TEXTS]) {
    size_t n = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        if (!str_has_word(scope, texts[i].scope))
            continue;
        cells[n][0] = (struct template_value){.name = "scope", .text = texts[i].scope};
        cells[n][1] = (struct template_value){.name = "title", .text = texts[i].title};
        cells[n][2] = (struct template_value){.name = "detail", .text = texts[i].detail};
        rows[n] = (struct template_scope){.values = cells[n], .n = TEXT_VALUES};
        n++;
    }
    return n;
}

err page_consent(struct request *rq, struct response *rs, int status,
                 const struct page_consent *page) {
    struct template_value cells[TEXTS][TEXT_VALUES];
    struct template_scope rows[TEXTS];
    const struct template_value values[] = {
        {.name = "name", .text = page->account.name},
        {.name = "email", .text = page->account.email},
        {.name = "native", .text = page->native ? S("yes") : STR_ABSENT},
        {.name = "scopes", .rows = rows, .row_count = scope_rows(page->scope, cells, rows)},
    };
    str heading;
    TRY(page_phrase(rq, "Allow ", page->frame.client_name, "?", &heading));
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "consent.html",
                                      .title = S("Allow access"),
                                      .heading = heading,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = sizeof values / sizeof values[0]});
}
