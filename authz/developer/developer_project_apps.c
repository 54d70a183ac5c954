/* /developer/projects/:slug/apps: the apps of a project, for its owner and admins. */
#include "authz/developer/app_kind.h"
#include "authz/developer/pages.h"

static const struct developer_read reads[] = {
    {"project", "/projects/{0}", false, false},
    {"apps", "/projects/{0}/clients", true, false},
};
static const struct developer_action actions[] = {APP_KIND_ACTIONS("/projects/{0}/clients")};

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_project_apps.html",
                                           .tab = "tab_apps",
                                           .title = TEXT_section_projects,
                                           .heading = TEXT_dev_project_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions)};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_project_apps(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
