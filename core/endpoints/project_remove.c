/* DELETE /projects/:slug: the owner ends it, with its members, permissions and invites; authz hears
 * of it and ends its clients. */
#include "core/endpoints/projects.h"
#include "core/event.h"

struct removing {
    struct request *rq;
    struct standing standing;
};

static err remove_it(struct tx *tx, void *arg) {
    struct removing *in = arg;
    TRY(project_enter(tx, in->rq, ROLE_OWNER, &in->standing));
    return project_delete(tx, in->standing.project.id);
}

err project_remove(struct request *rq, struct response *rs) {
    struct removing in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, remove_it, &in));
    TRY(event_note_project(rq, "project_deleted", in.standing.project.id, STR_ABSENT));
    return endpoints_message(rq, rs, S("Project deleted"));
}
