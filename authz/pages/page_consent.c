#include "authz/pages/page.h"

#include <assert.h>

#include "common/base/buf.h"

static const struct {
    str scope;
    enum text title, detail;
} texts[] = {
#define CONSENT_TEXT(id, scope) {S_INIT(scope), TEXT_scope_##id, TEXT_scope_##id##_detail},
#include "authz/pages/consent_texts.def"
#undef CONSENT_TEXT
};
enum { SCOPES = sizeof texts / sizeof texts[0], SCOPE_VALUES = 3, NAMES_MAX = 4096 };

static const struct {
    str word, text, scope;
} claims[] = {
#define CLAIM(name, scope, type) {S_INIT("claim:" name), S_INIT("t.claim_" name), S_INIT(scope)},
#include "authz/protocol/claims.def"
#undef CLAIM
};

/* The claims of `scope` that are asked for one by one: "given name, birthdate". Absent: none. */
static err claim_names(struct request *rq, str asked, str scope, str *out) {
    const struct template_scope sentences = texts_scope(language_of(rq));
    struct buf names = buf_in(rq->arena, NAMES_MAX);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        if (!str_eq(claims[i].scope, scope) || !str_has_word(asked, claims[i].word))
            continue;
        if (names.n)
            buf_add(&names, S(", "));
        const struct template_value *name = template_lookup(&sentences, claims[i].text);
        assert(name && "a claim has no text");
        buf_add(&names, name->text);
    }
    *out = STR_ABSENT;
    return names.n ? buf_str(&names, out) : OK;
}

struct scope_rows {
    struct template_value cells[SCOPES][SCOPE_VALUES];
    struct template_scope list[SCOPES];
    size_t n;
};

/* In the order of the table: what is asked for as a whole, or of which some claims are. */
static err list_scopes(struct request *rq, str asked, struct scope_rows *rows) {
    rows->n = 0;
    for (size_t i = 0; i < SCOPES; i++) {
        struct template_value *cells = rows->cells[rows->n];
        str names;
        TRY(claim_names(rq, asked, texts[i].scope, &names));
        bool whole = str_has_word(asked, texts[i].scope);
        if (!whole && !str_present(names))
            continue;
        cells[0] = (struct template_value){.name = "scope", .text = texts[i].scope};
        cells[1] = texts_value("title", language_of(rq), texts[i].title);
        cells[2] = whole ? texts_value("detail", language_of(rq), texts[i].detail)
                         : (struct template_value){.name = "detail", .text = names};
        rows->list[rows->n++] = (struct template_scope){.values = cells, .n = SCOPE_VALUES};
    }
    return OK;
}

err page_consent(struct request *rq, struct response *rs, int status,
                 const struct page_consent *page) {
    struct scope_rows scopes;
    TRY(list_scopes(rq, page->scope, &scopes));
    const struct template_value values[] = {
        {.name = "name", .text = page->account.name},
        {.name = "email", .text = page->account.email},
        {.name = "native", .text = page->native ? S("yes") : STR_ABSENT},
        {.name = "scopes", .rows = scopes.list, .row_count = scopes.n},
    };
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "consent.html",
                                      .title = TEXT_consent_title,
                                      .heading = TEXT_consent_heading,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = sizeof values / sizeof values[0]});
}
