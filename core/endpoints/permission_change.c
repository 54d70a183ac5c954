/* PATCH and DELETE of /projects/:slug/permissions/:id: for the owner and admins. */
#include "core/endpoints/permissions.h"
#include "core/event.h"

static const struct field fields[] = PERMISSION_FIELDS(0);
FIELD_TABLE(permission_change_takes, fields);

struct changing {
    struct request *rq;
    struct permission_body body;
    enum field_state states[PERMISSION_BODY_FIELDS];
    struct standing standing;
    struct permission permission;
};

static err find(struct tx *tx, struct changing *in) {
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    return permission_get(tx, in->rq->arena, in->standing.project.id, in->rq->args[1],
                          &in->permission);
}

static err change(struct tx *tx, void *arg) {
    struct changing *in = arg;
    TRY(find(tx, in));
    permissions_merge(&in->body, in->states, &in->permission);
    return permission_update(tx, &in->permission);
}

err permission_change(struct request *rq, struct response *rs) {
    struct changing in = {.rq = rq};
    TRY(permissions_read(rq, &in.body, in.states));
    TRY(db_write(core_of(rq)->db, change, &in));
    TRY(event_note_project(rq, "project_changed", in.standing.project.id, STR_ABSENT));
    return permissions_answer(rq, rs, 200, &in.permission);
}

static err remove_it(struct tx *tx, void *arg) {
    struct changing *in = arg;
    TRY(find(tx, in));
    return permission_delete(tx, in->permission.id);
}

err permission_remove(struct request *rq, struct response *rs) {
    struct changing in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, remove_it, &in));
    TRY(event_note_project(rq, "project_changed", in.standing.project.id, STR_ABSENT));
    return endpoints_message(rq, rs, S("Permission deleted"));
}
