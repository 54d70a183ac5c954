/* POST /projects/:slug/permissions: for the owner and admins. */
#include "common/base/random.h"
#include "core/endpoints/permissions.h"
#include "core/event.h"

static const struct field fields[] = PERMISSION_FIELDS(FIELD_REQUIRED);
FIELD_TABLE(permission_create_takes, fields);

struct creating {
    struct request *rq;
    struct standing standing;
    struct permission permission;
};

static err insert(struct tx *tx, void *arg) {
    struct creating *in = arg;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    return permission_insert(tx, in->standing.project.id, &in->permission);
}

err permission_create(struct request *rq, struct response *rs) {
    struct creating in = {.rq = rq, .permission = {.created_ms = rq->now_ms}};
    struct permission_body body = {0};
    enum field_state states[PERMISSION_BODY_FIELDS];
    TRY(permissions_read(rq, &body, states));
    permissions_merge(&body, states, &in.permission);
    TRY(random_uuid(rq->arena, &in.permission.id));
    TRY(db_write(core_of(rq)->db, insert, &in));
    TRY(event_note_project(rq, "project_changed", in.standing.project.id, STR_ABSENT));
    return permissions_answer(rq, rs, 201, &in.permission);
}
