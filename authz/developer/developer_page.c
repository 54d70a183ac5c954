#include "authz/developer/developer_page.h"

#include <stdio.h>

#include "authz/developer/values.h"
#include "authz/pages/embedded.h"
#include "common/base/json_read.h"

enum { PAGED = 100 };

/* --- what its button does --------------------------------------------------------------------- */

static const struct developer_action *find_action(const struct area *area,
                                                  const struct developer_page *page) {
    for (size_t i = 0; i < page->action_count; i++)
        if (area_does(area, str_from(page->actions[i].name)))
            return &page->actions[i];
    return NULL;
}

static err go_on(struct request *rq, struct area *area, const struct developer_action *action,
                 struct response *rs) {
    str path;
    TRY(developer_path(rq, area, action->next, &path));
    return area_done(rq, area, path, texts_get(rq, action->done), rs);
}

/* *status: of the page that follows; 303: there is none. */
static err act(struct request *rq, struct area *area, const struct developer_page *page,
               json_t *doc, struct response *rs, int *status) {
    AUTO(json_ref) answered = NULL;
    const struct developer_action *action = find_action(area, page);
    struct account_answer answer;
    REQUIRE(action, bad_request, "the form has no button that is known");
    struct core_call call = {.method = action->method};
    TRY(developer_path(rq, area, action->path, &call.path));
    TRY(developer_body(rq, area, action, &call.json));
    TRY(area_call(rq, area, &call, &answer, &answered));
    if (answer.status >= 400) {
        TRY(developer_keep_typed(area, doc));
        return area_refused(rq, area, &answer, answered, rs, status);
    }
    *status = action->next ? 303 : answer.status;
    if (action->next)
        return go_on(rq, area, action, rs);
    return developer_set(doc, action->result, json_incref(answered));
}

/* --- what it shows ---------------------------------------------------------------------------- */

/* Who is what in the project that was read. */
static err note_role(json_t *doc, const json_t *project) {
    str role = json_read_str(project, "role");
    bool owns = str_eq(role, S("owner"));
    if (!project)
        return OK;
    TRY(developer_set(doc, "owns", json_boolean(owns)));
    TRY(developer_set(doc, "manages", json_boolean(owns || str_eq(role, S("admin")))));
    return developer_set(doc, "belongs", json_boolean(str_present(role)));
}

/* The part of the list that was asked for, and again for the links of the page. */
static err add_after(struct request *rq, json_t *doc, str *path) {
    str after;
    TRY(developer_after(rq, &after));
    if (!str_present(after))
        return OK;
    TRY(developer_set(doc, "after", json_stringn(after.p, after.n)));
    return STR_JOIN(rq->arena, path, *path, S("?after="), after);
}

static err note_more(const struct developer_read *read, const json_t *list, json_t *doc) {
    char name[32];
    size_t n = json_array_size(list);
    str id = json_read_str(json_array_get(list, n ? n - 1 : 0), "id");
    snprintf(name, sizeof name, "%s_more", read->name);
    return n < PAGED ? OK : developer_set(doc, name, json_stringn(id.p, id.n));
}

static err read_all(struct request *rq, const struct area *area, const struct developer_page *page,
                    json_t *doc) {
    for (size_t i = 0; i < page->read_count; i++) {
        const struct developer_read *read = &page->reads[i];
        AUTO(json_ref) answered = NULL;
        str path;
        if (read->managers && !json_read_true(doc, "manages"))
            continue;
        TRY(developer_path(rq, area, read->path, &path));
        if (read->paged)
            TRY(add_after(rq, doc, &path));
        TRY(area_read(rq, area, path, &answered));
        TRY(developer_set(doc, read->name, json_incref(answered)));
        if (read->paged)
            TRY(note_more(read, answered, doc));
        if (strcmp(read->name, "project") == 0)
            TRY(note_role(doc, answered));
    }
    return OK;
}

/* What templates share, where the page itself is, and which of a project's pages that is. */
static err add_parts(struct request *rq, const struct developer_page *page,
                     struct template_scope *values) {
    const struct template_value parts[] = {
        {.name = "tabs", .text = embedded_text("developer_tabs.html")},
        {.name = "made_part", .text = embedded_text("developer_made.html")},
        {.name = "form_part", .text = embedded_text("developer_app_form.html")},
        {.name = "here", .text = rq->path},
        {.name = page->tab ? page->tab : "no_tab", .text = S_INIT("yes")},
    };
    size_t n = sizeof parts / sizeof parts[0];
    struct template_value *all = arena_array(rq->arena, values->n + n, sizeof *all);
    REQUIRE(all, no_memory, "the page needs more memory than it may have");
    memcpy(all, values->values, values->n * sizeof *all);
    memcpy(all + values->n, parts, sizeof parts);
    *values = (struct template_scope){all, values->n + n, NULL};
    return OK;
}

static err show(struct request *rq, struct area *area, const struct developer_page *page,
                const json_t *doc, int status, struct response *rs) {
    struct template_scope values;
    TRY(values_of(rq->arena, doc, &values));
    TRY(add_parts(rq, page, &values));
    return account_page(rq, rs, status, page->section, &area->frame,
                        &(struct page){.template_name = page->template_name,
                                       .title = page->title,
                                       .heading = page->heading,
                                       .lead = page->lead,
                                       .values = values.values,
                                       .n = values.n,
                                       .script = "developer.js"});
}

err developer_answer(struct request *rq, struct area *area, const struct developer_page *page,
                     struct response *rs) {
    AUTO(json_ref) doc = json_object();
    int status = 200;
    REQUIRE(doc, no_memory, "the page needs more memory than it may have");
    if (rq->method == HTTP_POST)
        TRY(act(rq, area, page, doc, rs, &status));
    if (status == 303)
        return OK;
    TRY(read_all(rq, area, page, doc));
    if (page->prepare)
        TRY(page->prepare(rq, area, doc));
    return show(rq, area, page, doc, status, rs);
}
