/* /developer/apps/:client_id/secret: another secret, shown once; the old one goes when no program
 * uses it any more. */
#include "authz/developer/developer_page.h"
#include "authz/developer/pages.h"

#define SECRET "/oauth/clients/{0}/secret"

static const struct developer_read reads[] = {
    {"app", "/oauth/clients/{0}", false, false},
    {"secrets", SECRET, false, false},
};
static const struct developer_action actions[] = {
    {"new", HTTP_POST, SECRET, NULL, 0, NULL, TEXT_NONE, "made"},
    {"drop", HTTP_DELETE, SECRET, NULL, 0, "/developer/apps/{0}", TEXT_dev_secret_dropped, NULL},
};

static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    (void)rq, (void)area;
    return developer_set(doc, "several_secrets",
                         json_boolean(json_array_size(json_object_get(doc, "secrets")) > 1));
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_own_apps,
                                           .template_name = "developer_app_secret.html",
                                           .title = TEXT_dev_secrets_title,
                                           .lead = TEXT_dev_secrets_lead,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_app_secret(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, answer);
}
