/* /developer/projects: the projects that a person belongs to, and making one. */
#include "authz/developer/member_marks.h"
#include "authz/developer/pages.h"

static const struct developer_read reads[] = {{"projects", "/projects", false, true}};

static const struct developer_field project[] = {
    {"name", DEVELOPER_TEXT, NULL},
    {"description", DEVELOPER_TEXT_OR_NULL, NULL},
    {"is_public", DEVELOPER_BOOL, NULL},
};
static const struct developer_action actions[] = {
    {"create", HTTP_POST, "/projects", DEVELOPER_FIELDS(project), "/developer/projects",
     TEXT_dev_project_made, NULL},
};

static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    json_t *one;
    size_t i;
    (void)rq, (void)area;
    json_array_foreach(json_object_get(doc, "projects"), i, one) TRY(member_marks_role(one));
    return OK;
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_projects.html",
                                           .title = TEXT_section_projects,
                                           .lead = TEXT_dev_projects_lead,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_projects(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
