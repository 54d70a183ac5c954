/* /developer/projects/:slug: who is in it, and who is invited. */
#include "authz/developer/member_marks.h"
#include "authz/developer/pages.h"

#define PROJECT "/projects/{0}"
#define HERE    "/developer/projects/{0}"

static const struct developer_read reads[] = {
    {"project", PROJECT, false, false},
    {"members", PROJECT "/members", false, true},
    {"invites", PROJECT "/invites", true, false},
};

static const struct developer_field who[] = {
    {"email", DEVELOPER_TEXT, NULL},
    {"role", DEVELOPER_TEXT, NULL},
};
static const struct developer_field invited[] = {
    {"email", DEVELOPER_TEXT, NULL},
    {"role", DEVELOPER_TEXT, NULL},
    {"redirect_url", DEVELOPER_TEXT_OR_NULL, NULL},
};
static const struct developer_action actions[] = {
    {"add", HTTP_POST, PROJECT "/members", DEVELOPER_FIELDS(who), HERE, TEXT_dev_member_added,
     NULL},
    {"invite", HTTP_POST, PROJECT "/invites", DEVELOPER_FIELDS(invited), HERE, TEXT_dev_invite_sent,
     NULL},
    {"revoke", HTTP_DELETE, PROJECT "/invites/{id}", NULL, 0, HERE, TEXT_dev_invite_revoked, NULL},
};

/* Both forms have the field `email`: what was typed and what is wrong stands in the one it came
 * from. */
static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    json_t *one;
    size_t i;
    (void)rq;
    json_array_foreach(json_object_get(doc, "members"), i, one)
        TRY(member_marks_add(area, doc, one));
    json_array_foreach(json_object_get(doc, "invites"), i, one) TRY(member_marks_role(one));
    TRY(developer_set(doc, "typed_add", json_boolean(area_does(area, S("add")))));
    return developer_set(doc, "typed_invite", json_boolean(area_does(area, S("invite"))));
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_members.html",
                                           .tab = "tab_members",
                                           .title = TEXT_section_projects,
                                           .heading = TEXT_dev_project_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_members(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
