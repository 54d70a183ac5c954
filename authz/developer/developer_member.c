/* /developer/projects/:slug/members/:id: the role and permissions of one member. */
#include "authz/developer/member_marks.h"
#include "authz/developer/pages.h"
#include "common/base/json_read.h"

#define PROJECT "/projects/{0}"
#define HERE    "/developer/projects/{0}"
#define MEMBER  PROJECT "/members/{1}"

/* The part of the list that the page before came from (`after`) has the member. */
static const struct developer_read reads[] = {
    {"project", PROJECT, false, false},
    {"members", PROJECT "/members", false, true},
    {"permissions", PROJECT "/permissions", false, false},
};

static const struct developer_field changes[] = {
    {"role", DEVELOPER_TEXT, NULL},
    {"permissions", DEVELOPER_CHECKED, NULL},
};
static const struct developer_action actions[] = {
    {"save", HTTP_PATCH, MEMBER, DEVELOPER_FIELDS(changes), HERE, TEXT_dev_member_saved, NULL},
    {"remove", HTTP_DELETE, MEMBER, NULL, 0, HERE, TEXT_dev_member_removed, NULL},
};

static json_t *find_member(const json_t *doc, str id) {
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(doc, "members"), i,
                       one) if (str_eq(json_read_str(one, "id"), id)) return one;
    return NULL;
}

static bool holds(const json_t *member, str key) {
    const json_t *item;
    size_t i;
    json_array_foreach(json_object_get(member, "permissions"), i,
                       item) if (str_eq(str_of(json_string_value(item), json_string_length(item)),
                                        key)) return true;
    return false;
}

static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    json_t *member = find_member(doc, rq->args[1]), *one;
    size_t i;
    REQUIRE(member, not_found, "the project has no such member");
    TRY(member_marks_add(area, doc, member));
    json_array_foreach(json_object_get(doc, "permissions"), i, one)
        TRY(developer_set(one, "held", json_boolean(holds(member, json_read_str(one, "key")))));
    TRY(developer_set(doc, "member", json_incref(member)));
    json_object_del(doc, "members"); /* what the page does not show */
    json_object_del(member, "permissions");
    return OK;
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_member.html",
                                           .tab = "tab_members",
                                           .title = TEXT_section_projects,
                                           .heading = TEXT_dev_project_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_member(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
