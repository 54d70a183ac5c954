/* POST /projects/:slug/join and DELETE …/leave: a person comes and goes by themself. */
#include "core/endpoints/members.h"
#include "core/event.h"

struct moving {
    struct request *rq;
    struct standing standing;
    str json;
};

/* A private project is not there for outsiders, and its members need not join. */
static err join(struct tx *tx, void *arg) {
    struct moving *in = arg;
    str member_id;
    TRY(project_enter(tx, in->rq, ROLE_NONE, &in->standing));
    const struct new_member member = {.project_id = in->standing.project.id,
                                      .user_id = endpoints_bearer(in->rq)->user_id,
                                      .role = ROLE_MEMBER};
    TRY(member_insert(tx, in->rq, &member, &member_id));
    return members_json(tx, in->rq, member.project_id, member_id, &in->json);
}

err project_join(struct request *rq, struct response *rs) {
    struct moving in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, join, &in));
    TRY(event_note_project(rq, "member_added", in.standing.project.id, rq->who));
    response_json(rs, 200, in.json);
    return OK;
}

static err leave(struct tx *tx, void *arg) {
    struct moving *in = arg;
    struct member member;
    TRY(project_enter(tx, in->rq, ROLE_MEMBER, &in->standing));
    REQUIRE(in->standing.role != ROLE_OWNER, OWNER_CANNOT_LEAVE,
            "The owner cannot leave: transfer the ownership first, or delete the project");
    TRY(member_get(tx, in->rq->arena, in->standing.project.id, in->standing.member_id, &member));
    return member_remove(tx, &member, in->standing.project.id);
}

err project_leave(struct request *rq, struct response *rs) {
    struct moving in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, leave, &in));
    TRY(event_note_project(rq, "member_removed", in.standing.project.id, rq->who));
    return endpoints_message(rq, rs, S("You left the project"));
}
