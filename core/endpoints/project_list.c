/* GET /projects/: what the caller belongs to. */
#include "core/endpoints/page.h"
#include "core/endpoints/projects.h"

struct listing {
    struct request *rq;
    struct page *page;
};

static err put(struct page *page, struct db_rows *rows, str *id) {
    struct standing standing = {0};
    TRY(project_read(rows, page->scratch, &standing));
    json_put_open(&page->j, '{');
    TRY(projects_put(&page->j, page->scratch, &standing.project));
    json_put_str(&page->j, "role", member_role_name(standing.role));
    json_put_close(&page->j, '}');
    *id = standing.project.id;
    return OK;
}

static err list(struct tx *tx, void *arg) {
    const struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(project_rows(tx, endpoints_bearer(in->rq)->user_id, in->page->after, &rows));
    return page_fill(in->rq, in->page, rows, put);
}

err project_list(struct request *rq, struct response *rs) {
    AUTO(page_ref) page = {0};
    TRY(page_begin(rq, &page));
    TRY(db_read(core_of(rq)->db, list, &(struct listing){rq, &page}));
    return page_end(rq, rs, &page);
}
