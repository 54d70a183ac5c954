/* GET and DELETE of /projects/:slug/invites: for the owner and admins. */
#include "core/endpoints/invites.h"
#include "core/endpoints/page.h"
#include "core/event.h"

struct listing {
    struct request *rq;
    struct page *page;
};

static err put(struct page *page, struct db_rows *rows, str *id) {
    struct invite invite = {0};
    TRY(invite_read(rows, page->scratch, &invite));
    TRY(invites_put(&page->j, page->scratch, &invite, page->now_ms));
    *id = invite.id;
    return OK;
}

static err list(struct tx *tx, void *arg) {
    const struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    struct standing standing;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &standing));
    TRY(invite_rows(tx, standing.project.id, in->page->after, &rows));
    return page_fill(in->rq, in->page, rows, put);
}

err invite_list(struct request *rq, struct response *rs) {
    AUTO(page_ref) page = {0};
    TRY(page_begin(rq, &page));
    TRY(db_read(core_of(rq)->db, list, &(struct listing){rq, &page}));
    return page_end(rq, rs, &page);
}

struct removing {
    struct request *rq;
    struct standing standing;
};

static err remove_it(struct tx *tx, void *arg) {
    struct removing *in = arg;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    return invite_delete(tx, in->standing.project.id, in->rq->args[1]);
}

err invite_remove(struct request *rq, struct response *rs) {
    struct removing in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, remove_it, &in));
    TRY(event_note_project(rq, "invite_deleted", in.standing.project.id, STR_ABSENT));
    return endpoints_message(rq, rs, S("Invite deleted"));
}
