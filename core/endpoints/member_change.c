/* PATCH and DELETE of /projects/:slug/members/:id, by the rules of member_rules.h. */
#include "core/endpoints/members.h"
#include "core/event.h"

struct change_body {
    str role, permissions;
};

static const struct field fields[] = {
    FIELD_ROW_ROLE(struct change_body),
    FIELD_ROW_PERMISSIONS(struct change_body),
};
FIELD_TABLE(member_change_takes, fields);

struct changing {
    struct request *rq;
    struct change_body body;
    struct standing standing;
    struct member member;
    str json;
};

static err find(struct tx *tx, struct changing *in, struct member_pair *pair) {
    struct request *rq = in->rq;
    TRY(project_enter(tx, rq, ROLE_MEMBER, &in->standing));
    TRY(member_get(tx, rq->arena, in->standing.project.id, rq->args[1], &in->member));
    *pair = (struct member_pair){.actor = in->standing.role,
                                 .target = in->member.role,
                                 .self = str_eq(in->member.id, in->standing.member_id)};
    return OK;
}

static err change(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct member_pair pair;
    TRY(find(tx, in, &pair));
    const struct member_change change = {.role = member_role_of(in->body.role),
                                         .permissions = str_present(in->body.permissions)};
    str project_id = in->standing.project.id;
    TRY(member_rules_edit(&pair, &change));
    if (change.role != ROLE_NONE && change.role != in->member.role)
        TRY(member_set_role(tx, &in->member, project_id, change.role));
    if (change.permissions)
        TRY(member_permit(tx, in->rq, project_id, in->member.id, in->body.permissions));
    return members_json(tx, in->rq, project_id, in->member.id, &in->json);
}

err member_change(struct request *rq, struct response *rs) {
    struct changing in = {.rq = rq};
    TRY(fields_read_body(rq, &in.body));
    TRY(db_write(core_of(rq)->db, change, &in));
    TRY(event_note_project(rq, "member_changed", in.standing.project.id, in.member.user_id));
    response_json(rs, 200, in.json);
    return OK;
}

static err remove_it(struct tx *tx, void *arg) {
    struct changing *in = arg;
    struct member_pair pair;
    TRY(find(tx, in, &pair));
    TRY(member_rules_remove(&pair));
    return member_remove(tx, &in->member, in->standing.project.id);
}

err member_delete(struct request *rq, struct response *rs) {
    struct changing in = {.rq = rq};
    TRY(db_write(core_of(rq)->db, remove_it, &in));
    TRY(event_note_project(rq, "member_removed", in.standing.project.id, in.member.user_id));
    return endpoints_message(rq, rs, S("Member removed"));
}
