/* /developer: a person's own apps, and making one. */
#include "authz/developer/app_kind.h"
#include "authz/developer/pages.h"

static const struct developer_read reads[] = {{"apps", "/oauth/clients", false, false}};
static const struct developer_action actions[] = {APP_KIND_ACTIONS("/oauth/clients")};

static const struct developer_page page = {.section = ACCOUNT_SECTION_own_apps,
                                           .template_name = "developer_apps.html",
                                           .title = TEXT_section_own_apps,
                                           .lead = TEXT_dev_apps_lead,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions)};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_apps(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
