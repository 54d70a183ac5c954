#include "authz/pages/account_pages.h"

enum { LINK_VALUES = 4, FRAME_VALUES = 7 };

enum group { GROUP_account, GROUP_developer };

static const struct {
    const char *id;
    str path;
    enum group group;
    enum text text;
} sections[ACCOUNT_SECTION_COUNT] = {
#define SECTION(id, path, group)                                                                   \
    [ACCOUNT_SECTION_##id] = {#id, S_INIT(path), GROUP_##group, TEXT_section_##id},
#include "authz/pages/account_sections.def"
#undef SECTION
};

struct links {
    struct template_value values[ACCOUNT_SECTION_COUNT][LINK_VALUES];
    struct template_scope rows[ACCOUNT_SECTION_COUNT];
    size_t n;
};

static void list_links(enum language language, enum account_section current, enum group group,
                       struct links *links) {
    links->n = 0;
    for (size_t i = ACCOUNT_SECTION_NONE + 1; i < ACCOUNT_SECTION_COUNT; i++) {
        struct template_value *values = links->values[links->n];
        if (sections[i].group != group)
            continue;
        values[0] = (struct template_value){.name = "id", .text = str_from(sections[i].id)};
        values[1] = (struct template_value){.name = "path", .text = sections[i].path};
        values[2] = texts_value("label", language, sections[i].text);
        values[3] = (struct template_value){.name = "current",
                                            .text = i == (size_t)current ? S("yes") : STR_ABSENT};
        links->rows[links->n++] = (struct template_scope){.values = values, .n = LINK_VALUES};
    }
}

/* "error.username" */
static err error_name(struct request *rq, str field, const char **out) {
    str name;
    TRY(STR_JOIN(rq->arena, &name, S("error."), field));
    return str_to_c(rq->arena, name, out);
}

static err add_errors(struct request *rq, const struct account_frame *frame,
                      struct template_value *values, size_t *n) {
    for (size_t i = 0; i < frame->error_count; i++) {
        TRY(error_name(rq, frame->errors[i].field, &values[*n].name));
        values[(*n)++].text = frame->errors[i].text;
    }
    return OK;
}

/* Those of the page itself go before those of the frame. */
static err all_values(struct request *rq, const struct account_frame *frame,
                      const struct page *page, struct template_value **out, size_t *n) {
    struct template_value *values =
        arena_array(rq->arena, page->n + frame->error_count + FRAME_VALUES, sizeof *values);
    REQUIRE(values, no_memory, "no memory for a page");
    for (*n = 0; *n < page->n; (*n)++)
        values[*n] = page->values[*n];
    TRY(add_errors(rq, frame, values, n));
    *out = values;
    return OK;
}

err account_page(struct request *rq, struct response *rs, int status, enum account_section section,
                 const struct account_frame *frame, const struct page *page) {
    struct links account, developer;
    struct template_value *values;
    struct page_frame around = {.error = frame->error};
    struct page framed = *page;
    str style;
    TRY(page_asset_path(rq, "account.css", &style));
    list_links(language_of(rq), section, GROUP_account, &account);
    list_links(language_of(rq), section, GROUP_developer, &developer);
    TRY(all_values(rq, frame, page, &values, &framed.n));
    const struct template_value own[FRAME_VALUES] = {
        {.name = "csrf", .text = frame->csrf},
        {.name = "who_name", .text = frame->name},
        {.name = "who_email", .text = frame->email},
        {.name = "status", .text = frame->status},
        {.name = "account_style", .text = style},
        {.name = "account_links", .rows = account.rows, .row_count = account.n},
        {.name = "developer_links", .rows = developer.rows, .row_count = developer.n},
    };
    for (size_t i = 0; i < FRAME_VALUES; i++)
        values[framed.n++] = own[i];
    framed.values = values;
    framed.frame = &around;
    framed.layout = "account_layout.html";
    return page_render(rq, rs, status, &framed);
}

err account_page_alone(struct request *rq, struct response *rs, int status,
                       const struct account_frame *frame, const struct page *page) {
    struct page_frame around = {.error = frame->error};
    struct page framed = *page;
    struct template_value *values;
    TRY(all_values(rq, frame, page, &values, &framed.n));
    values[framed.n++] = (struct template_value){.name = "csrf", .text = frame->csrf};
    framed.values = values;
    framed.frame = &around;
    return page_render(rq, rs, status, &framed);
}
