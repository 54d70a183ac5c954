/* GET /projects/:slug/members: for members. */
#include "core/endpoints/members.h"
#include "core/endpoints/page.h"

struct listing {
    struct request *rq;
    struct page *page;
};

static err put(struct page *page, struct db_rows *rows, str *id) {
    struct member member = {0};
    TRY(member_read(rows, page->scratch, &member));
    TRY(members_put(&page->j, page->scratch, &member));
    *id = member.id;
    return OK;
}

static err list(struct tx *tx, void *arg) {
    const struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    struct standing standing;
    TRY(project_enter(tx, in->rq, ROLE_MEMBER, &standing));
    TRY(member_rows(tx, standing.project.id, in->page->after, &rows));
    return page_fill(in->rq, in->page, rows, put);
}

err member_list(struct request *rq, struct response *rs) {
    AUTO(page_ref) page = {0};
    TRY(page_begin(rq, &page));
    TRY(db_read(core_of(rq)->db, list, &(struct listing){rq, &page}));
    return page_end(rq, rs, &page);
}
