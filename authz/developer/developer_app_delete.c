/* /developer/apps/:client_id/delete: asks, and does it. */
#include "authz/developer/developer_page.h"
#include "authz/developer/pages.h"

static const struct developer_read reads[] = {{"app", "/oauth/clients/{0}", false, false}};
static const struct developer_action actions[] = {
    {"delete", HTTP_DELETE, "/oauth/clients/{0}", NULL, 0, "/developer", TEXT_dev_app_deleted,
     NULL},
};

static const struct developer_page page = {.section = ACCOUNT_SECTION_own_apps,
                                           .template_name = "developer_app_delete.html",
                                           .title = TEXT_dev_delete_app_title,
                                           .lead = TEXT_dev_delete_app_lead,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions)};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_app_delete(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, answer);
}
