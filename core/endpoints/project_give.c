/* POST /projects/:slug/transfer-ownership: to another member, by user id; the old owner becomes an
 * admin. Of two at once the second finds a caller who is not the owner any more. */
#include "core/endpoints/project_mails.h"
#include "core/endpoints/projects.h"
#include "core/event.h"

struct transfer_body {
    str new_owner_id;
};

static const struct field fields[] = {
    {"new_owner_id", FIELD_TEXT, FIELD_REQUIRED, 1, 64,
     offsetof(struct transfer_body, new_owner_id), NULL},
};
FIELD_TABLE(project_give_takes, fields);

struct giving {
    struct request *rq;
    str to;
    struct standing standing;
};

static err give(struct tx *tx, void *arg) {
    struct giving *in = arg;
    struct project *project = &in->standing.project;
    TRY(project_enter(tx, in->rq, ROLE_OWNER, &in->standing));
    REQUIRE(!str_eq(in->to, project->owner_id), CANNOT_TRANSFER_TO_SELF,
            "You own this project already");
    TRY(project_transfer(tx, project, in->to, in->rq->now_ms));
    project->owner_id = in->to;
    return project_mail_put(tx, in->rq,
                            &(struct project_mail){.kind = MAIL_project_owner,
                                                   .to = in->to,
                                                   .by = endpoints_bearer(in->rq)->user_id,
                                                   .project = project->name});
}

err project_give(struct request *rq, struct response *rs) {
    struct transfer_body body = {0};
    struct giving in = {.rq = rq};
    TRY(fields_read_body(rq, &body));
    in.to = body.new_owner_id;
    TRY(db_write(core_of(rq)->db, give, &in));
    outbox_wake(core_of(rq)->outbox);
    TRY(event_note_project(rq, "owner_changed", in.standing.project.id, in.to));
    return projects_answer(rq, rs, 200, &in.standing.project);
}
