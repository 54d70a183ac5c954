/* /developer/projects/:slug/permissions: what a project lets its members do, in its own words. */
#include "authz/developer/developer_page.h"
#include "authz/developer/pages.h"

#define PROJECT "/projects/{0}"
#define HERE    "/developer/projects/{0}/permissions"

static const struct developer_read reads[] = {
    {"project", PROJECT, false, false},
    {"permissions", PROJECT "/permissions", false, false},
};

static const struct developer_field permission[] = {
    {"key", DEVELOPER_TEXT, NULL},
    {"display_name", DEVELOPER_TEXT, NULL},
    {"description", DEVELOPER_TEXT_OR_NULL, NULL},
    {"is_default", DEVELOPER_BOOL, NULL},
};
static const struct developer_action actions[] = {
    {"add", HTTP_POST, PROJECT "/permissions", DEVELOPER_FIELDS(permission), HERE,
     TEXT_dev_permission_saved, NULL},
    {"save", HTTP_PATCH, PROJECT "/permissions/{id}", DEVELOPER_FIELDS(permission), HERE,
     TEXT_dev_permission_saved, NULL},
    {"remove", HTTP_DELETE, PROJECT "/permissions/{id}", NULL, 0, HERE, TEXT_dev_permission_removed,
     NULL},
};

/* What was typed for a new one; a change that was refused is shown with what is stored. */
static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    (void)rq;
    return developer_set(doc, "typed_add", json_boolean(area_does(area, S("add"))));
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_projects,
                                           .template_name = "developer_permissions.html",
                                           .tab = "tab_permissions",
                                           .title = TEXT_section_projects,
                                           .heading = TEXT_dev_project_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_permissions(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
