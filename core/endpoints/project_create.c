/* POST /projects/: a project, owned by whoever asks. The slug is made from the name, never given.
 */
#include "common/base/random.h"
#include "core/endpoints/projects.h"
#include "core/event.h"

static const struct field fields[] = {
    [PROJECT_BODY_NAME] = {"name", FIELD_TEXT, FIELD_REQUIRED, 1, PROJECT_NAME_MAX,
                           offsetof(struct project_body, name), NULL},
    [PROJECT_BODY_DESCRIPTION] = {"description", FIELD_TEXT, FIELD_NULLABLE, 0,
                                  PROJECT_DESCRIPTION_MAX,
                                  offsetof(struct project_body, description), NULL},
    [PROJECT_BODY_IS_PUBLIC] = {"is_public", FIELD_BOOL, 0, 0, 0,
                                offsetof(struct project_body, is_public), NULL},
};
FIELD_TABLE(project_create_takes, fields);

struct creating {
    struct request *rq;
    struct project project;
    str member_id;
};

static err insert(struct tx *tx, void *arg) {
    struct creating *in = arg;
    return project_insert(tx, in->rq->arena, &in->project, in->member_id);
}

err project_create(struct request *rq, struct response *rs) {
    struct project_body body = {0};
    enum field_state states[PROJECT_BODY_FIELDS];
    TRY(projects_read(rq, &body, states));
    struct creating in = {.rq = rq,
                          .project = {.name = body.name,
                                      .description = body.description,
                                      .is_public = body.is_public,
                                      .owner_id = endpoints_bearer(rq)->user_id,
                                      .created_ms = rq->now_ms}};
    TRY(random_uuid(rq->arena, &in.project.id));
    TRY(random_uuid(rq->arena, &in.member_id));
    TRY(db_write(core_of(rq)->db, insert, &in));
    TRY(event_note_project(rq, "project_created", in.project.id, STR_ABSENT));
    return projects_answer(rq, rs, 201, &in.project);
}
