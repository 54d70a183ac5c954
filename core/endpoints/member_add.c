/* POST /projects/:slug/members: somebody who has an account, by a verified e-mail.
 *
 * Whoever has a project could ask in this way who has an account: a miss is one of the answers that
 * a person may have in an hour. Whoever is in a project unasked is told so. */
#include "core/endpoints/members.h"
#include "core/endpoints/project_mails.h"
#include "core/event.h"

struct add_body {
    str email, role, permissions;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct add_body),
    FIELD_ROW_ROLE(struct add_body),
    FIELD_ROW_PERMISSIONS(struct add_body),
};
FIELD_TABLE(member_add_takes, fields);

struct adding {
    struct request *rq;
    struct add_body body;
    struct throttle_budget budget;
    struct standing standing;
    struct user user;
    str json;
    err outcome; /* an unknown address is counted: committed, then returned */
};

static err insert(struct tx *tx, struct adding *in, enum member_role role) {
    const struct new_member member = {.project_id = in->standing.project.id,
                                      .user_id = in->user.id,
                                      .role = role,
                                      .permissions = in->body.permissions};
    str member_id;
    TRY(member_insert(tx, in->rq, &member, &member_id));
    TRY(project_mail_put(tx, in->rq,
                         &(struct project_mail){.kind = MAIL_member_added,
                                                .to = in->user.id,
                                                .by = endpoints_bearer(in->rq)->user_id,
                                                .project = in->standing.project.name,
                                                .cause = member_id}));
    return members_json(tx, in->rq, member.project_id, member_id, &in->json);
}

static err add(struct tx *tx, void *arg) {
    struct adding *in = arg;
    bool known, given = str_present(in->body.role);
    enum member_role role = given ? member_role_of(in->body.role) : ROLE_MEMBER;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    TRY(member_rules_add(in->standing.role, role));
    TRY(throttle_open(tx, in->rq, &in->budget.throttle));
    TRY(user_by_address(tx, in->rq->arena, in->body.email, &in->user, &known));
    if (known && in->user.address_verified)
        return insert(tx, in, role);
    in->outcome = FAIL(USER_NOT_FOUND, "Nobody has this email: send an invite instead");
    return throttle_spend(tx, &in->budget, in->rq->now_ms);
}

err member_add(struct request *rq, struct response *rs) {
    struct adding in = {.rq = rq, .outcome = OK};
    TRY(fields_read_body(rq, &in.body));
    TRY(throttle_budget_of_answers(rq, endpoints_bearer(rq)->user_id, &in.budget));
    TRY(db_write(core_of(rq)->db, add, &in));
    TRY(in.outcome);
    outbox_wake(core_of(rq)->outbox);
    TRY(event_note_project(rq, "member_added", in.standing.project.id, in.user.id));
    response_json(rs, 201, in.json);
    return OK;
}
