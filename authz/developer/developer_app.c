/* /developer/apps/:client_id: one app: what it is, whether a redirect URI matches, why its requests
 * were refused, and how programs sign people in with it. */
#include "authz/developer/pages.h"
#include "authz/developer/snippets.h"
#include "authz/developer/uri_check.h"
#include "common/base/json_read.h"

#define APP "/oauth/clients/{0}"

static const struct developer_read reads[] = {
    {"app", APP, false, false},
    {"secrets", APP "/secret", false, false},
    {"failures", APP "/failures", false, false},
};

static const struct developer_field metadata[] = {
    {"client_name", DEVELOPER_TEXT, NULL},
    {"redirect_uris", DEVELOPER_LINES, NULL},
    {"client_uri", DEVELOPER_TEXT_OR_NULL, NULL},
    {"logo_uri", DEVELOPER_TEXT_OR_NULL, NULL},
    {"policy_uri", DEVELOPER_TEXT_OR_NULL, NULL},
    {"tos_uri", DEVELOPER_TEXT_OR_NULL, NULL},
    {"post_logout_redirect_uris", DEVELOPER_LINES_OR_NULL, NULL},
};
static const struct developer_field uri[] = {{"redirect_uri", DEVELOPER_TEXT, NULL}};
static const struct developer_action actions[] = {
    {"save", HTTP_PATCH, APP, DEVELOPER_FIELDS(metadata), "/developer/apps/{0}", TEXT_dev_app_saved,
     NULL},
    {"check", HTTP_POST, APP "/redirect-uri-check", DEVELOPER_FIELDS(uri), NULL, TEXT_NONE,
     "check"},
};

static err prepare(struct request *rq, const struct area *area, json_t *doc) {
    const json_t *app = json_object_get(doc, "app");
    str auth = json_read_str(app, "token_endpoint_auth_method");
    bool has_secret = str_starts(auth, S("client_secret_"));
    TRY(developer_set(doc, "has_secret", json_boolean(has_secret)));
    TRY(developer_set(doc, "several_secrets",
                      json_boolean(json_array_size(json_object_get(doc, "secrets")) > 1)));
    TRY(uri_check_mark(area, doc));
    return snippets_add(rq, app, doc);
}

static const struct developer_page page = {.section = ACCOUNT_SECTION_own_apps,
                                           .template_name = "developer_app.html",
                                           .title = TEXT_section_own_apps,
                                           .heading = TEXT_dev_app_heading,
                                           DEVELOPER_READS(reads),
                                           DEVELOPER_ACTIONS(actions),
                                           .prepare = prepare};

static err answer(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &page, rs);
}

err developer_app(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, answer);
}
