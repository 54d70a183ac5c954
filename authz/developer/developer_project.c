/* /developer/projects/:slug/settings: what a project is, and the way out of it. */
#include "authz/developer/developer_page.h"
#include "authz/developer/pages.h"

#define PROJECT "/projects/{0}"

static const struct developer_read reads[] = {{"project", PROJECT, false, false}};

static const struct developer_field project[] = {
    {"name", DEVELOPER_TEXT, NULL},
    {"description", DEVELOPER_TEXT_OR_NULL, NULL},
    {"is_public", DEVELOPER_BOOL, NULL},
};
static const struct developer_action actions[] = {
    {"save", HTTP_PATCH, PROJECT, DEVELOPER_FIELDS(project), "/developer/projects/{0}/settings",
     TEXT_dev_project_saved, NULL},
    {"leave", HTTP_DELETE, PROJECT "/leave", NULL, 0, "/developer/projects", TEXT_dev_project_left,
     NULL},
};

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_project.html",
                                           .tab = "tab_settings",
                                           .title = TEXT_section_projects,
                                           .heading = TEXT_dev_project_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions)};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_project(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
