#include "authz/openapi/docs_page.h"

#include "authz/authz.h"
#include "authz/openapi/operation.h"
#include "authz/pages/page.h"
#include "common/http/method.h"
#include "common/text/template.h"

enum { CALL_VALUES = 3, CHAPTER_VALUES = 3, HTML_MAX = 256 * 1024 };

static const struct embedded_file *find(const char *name) {
    return embedded_file_find(docs_files, docs_file_count, str_from(name));
}

/* The path of a file under its hashed name; absent if it is not built in. */
static err path_of(struct request *rq, const char *name, str *out) {
    const struct embedded_file *file = find(name);
    *out = STR_ABSENT;
    return file
               ? STR_JOIN(rq->arena, out, rq->app->base, S("/docs/assets/"), str_from(file->hashed))
               : OK;
}

/* --- the list -------------------------------------------------------------------------------- */

/* Memory for all rows of all chapters. */
struct list {
    struct template_scope *chapters, *calls;
    struct template_value *chapter_values, *call_values;
    size_t call_count; /* used so far */
};

static void add_call(struct list *list, const struct operation *operation) {
    struct template_value *values = list->call_values + list->call_count * CALL_VALUES;
    values[0] =
        (struct template_value){.name = "method", .text = str_from(method_name(operation->method))};
    values[1] = (struct template_value){.name = "path", .text = str_from(operation->path)};
    values[2] = (struct template_value){.name = "summary", .text = str_from(operation->summary)};
    list->calls[list->call_count++] = (struct template_scope){.values = values, .n = CALL_VALUES};
}

static void add_chapter(struct list *list, size_t at) {
    struct template_value *values = list->chapter_values + at * CHAPTER_VALUES;
    size_t first = list->call_count;
    for (size_t i = 0; i < operation_count; i++)
        if (strcmp(operations[i].tag, tags[at].name) == 0)
            add_call(list, &operations[i]);
    values[0] = (struct template_value){.name = "chapter", .text = str_from(tags[at].name)};
    values[1] = (struct template_value){.name = "about", .text = str_from(tags[at].about)};
    values[2] = (struct template_value){
        .name = "calls", .rows = list->calls + first, .row_count = list->call_count - first};
    list->chapters[at] = (struct template_scope){.values = values, .n = CHAPTER_VALUES};
}

static err list_calls(struct request *rq, struct list *list) {
    struct arena *arena = rq->arena;
    list->chapters = arena_array(arena, tag_count, sizeof *list->chapters);
    list->calls = arena_array(arena, operation_count, sizeof *list->calls);
    list->chapter_values =
        arena_array(arena, tag_count * CHAPTER_VALUES, sizeof *list->chapter_values);
    list->call_values =
        arena_array(arena, operation_count * CALL_VALUES, sizeof *list->call_values);
    REQUIRE(list->chapters && list->calls && list->chapter_values && list->call_values, no_memory,
            "there is no memory for the list of calls");
    for (size_t i = 0; i < tag_count; i++)
        add_chapter(list, i);
    return OK;
}

/* --- the page -------------------------------------------------------------------------------- */

/* Swagger UI sets styles only through the CSSOM, which `style-src 'self'` lets it; its own style
 * sheet brings small images as data. It calls the server that the page came from, and no other. */
static void add_headers(struct response *rs) {
    response_header_set(rs, "Content-Type", S("text/html; charset=utf-8"));
    response_header_set(rs, "Content-Language", S("en"));
    response_header_set(
        rs, "Content-Security-Policy",
        S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    response_header_set(rs, "X-Frame-Options", S("DENY"));
}

err docs_page(struct request *rq, struct response *rs) {
    struct list list = {0};
    str reader, reader_style, style, script, icon;
    TRY(list_calls(rq, &list));
    TRY(path_of(rq, "swagger-ui-bundle.js", &reader));
    TRY(path_of(rq, "swagger-ui.css", &reader_style));
    TRY(path_of(rq, "docs.css", &style));
    TRY(path_of(rq, "docs.js", &script));
    TRY(page_asset_path(rq, "icon.svg", &icon));
    const struct template_value values[] = {
        {.name = "base", .text = rq->app->base},
        {.name = "issuer", .text = authz_of(rq)->issuer},
        {.name = "reader", .text = reader},
        {.name = "reader_style", .text = reader_style},
        {.name = "style", .text = style},
        {.name = "script", .text = script},
        {.name = "icon", .text = icon},
        {.name = "chapters", .rows = list.chapters, .row_count = tag_count},
    };
    const struct template_scope scope = {values, sizeof values / sizeof values[0], NULL};
    struct buf out = buf_in(rq->arena, HTML_MAX);
    template_render(&out, embedded_file_text(find("docs.html")), &scope);
    TRY(buf_str(&out, &rs->body));
    add_headers(rs);
    return OK;
}
