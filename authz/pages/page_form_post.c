#include "authz/pages/page.h"

enum { PARAM_VALUES = 2 };

/* OAuth 2.0 Form Post Response Mode, 2: an HTML form that submits itself; with a button for
 * browsers without script. */
err page_form_post(struct request *rq, struct response *rs, str redirect_uri,
                   const struct form_param *list, size_t n) {
    struct template_scope *rows = arena_array(rq->arena, n, sizeof *rows);
    struct template_value *cells = arena_array(rq->arena, n * PARAM_VALUES, sizeof *cells);
    REQUIRE(rows && cells, no_memory, "the answer has too many parameters");
    for (size_t i = 0; i < n; i++) {
        struct template_value *cell = cells + i * PARAM_VALUES;
        cell[0] = (struct template_value){.name = "name", .text = list[i].name};
        cell[1] = (struct template_value){.name = "value", .text = list[i].value};
        rows[i] = (struct template_scope){.values = cell, .n = PARAM_VALUES};
    }
    const struct template_value values[] = {
        {.name = "action", .text = redirect_uri},
        {.name = "params", .rows = rows, .row_count = n},
    };
    struct page_frame frame = {.interaction = STR_ABSENT};
    TRY(page_form_target(rq, redirect_uri, &frame.form_target));
    return page_render(rq, rs, 200,
                       &(struct page){.template_name = "form_post.html",
                                      .title = TEXT_form_post_title,
                                      .lead = TEXT_form_post_lead,
                                      .frame = &frame,
                                      .values = values,
                                      .n = 2,
                                      .script = "form_post.js"});
}
