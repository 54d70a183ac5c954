/* PATCH /projects/:slug: what is given is set, a null description clears, the rest stays; the slug
 * never changes. */
#include "core/endpoints/projects.h"
#include "core/event.h"

static const struct field fields[] = {
    [PROJECT_BODY_NAME] = {"name", FIELD_TEXT, 0, 1, PROJECT_NAME_MAX,
                           offsetof(struct project_body, name), NULL},
    [PROJECT_BODY_DESCRIPTION] = {"description", FIELD_TEXT, FIELD_NULLABLE, 0,
                                  PROJECT_DESCRIPTION_MAX,
                                  offsetof(struct project_body, description), NULL},
    [PROJECT_BODY_IS_PUBLIC] = {"is_public", FIELD_BOOL, 0, 0, 0,
                                offsetof(struct project_body, is_public), NULL},
};
FIELD_TABLE(project_change_takes, fields);

struct changing {
    struct request *rq;
    struct project_body body;
    enum field_state states[PROJECT_BODY_FIELDS];
    struct standing standing;
};

static err update(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct project *project = &in->standing.project;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    if (in->states[PROJECT_BODY_NAME] == FIELD_SET)
        project->name = in->body.name;
    if (in->states[PROJECT_BODY_DESCRIPTION] != FIELD_MISSING)
        project->description = in->body.description;
    if (in->states[PROJECT_BODY_IS_PUBLIC] == FIELD_SET)
        project->is_public = in->body.is_public;
    return project_update(tx, project, in->rq->now_ms);
}

err project_change(struct request *rq, struct response *rs) {
    struct changing in = {.rq = rq};
    TRY(projects_read(rq, &in.body, in.states));
    TRY(db_write(core_of(rq)->db, update, &in));
    TRY(event_note_project(rq, "project_changed", in.standing.project.id, STR_ABSENT));
    return projects_answer(rq, rs, 200, &in.standing.project);
}
