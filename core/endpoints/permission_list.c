/* GET /projects/:slug/permissions: for members. */
#include "core/endpoints/page.h"
#include "core/endpoints/permissions.h"

struct listing {
    struct request *rq;
    struct page *page;
};

static err put(struct page *page, struct db_rows *rows, str *id) {
    struct permission permission = {0};
    TRY(permission_read(rows, page->scratch, &permission));
    TRY(permissions_put(&page->j, page->scratch, &permission));
    *id = permission.id;
    return OK;
}

static err list(struct tx *tx, void *arg) {
    const struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    struct standing standing;
    TRY(project_enter(tx, in->rq, ROLE_MEMBER, &standing));
    TRY(permission_rows(tx, standing.project.id, in->page->after, &rows));
    return page_fill(in->rq, in->page, rows, put);
}

err permission_list(struct request *rq, struct response *rs) {
    AUTO(page_ref) page = {0};
    TRY(page_begin(rq, &page));
    TRY(db_read(core_of(rq)->db, list, &(struct listing){rq, &page}));
    return page_end(rq, rs, &page);
}
