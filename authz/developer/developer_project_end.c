/* /developer/projects/:slug/give and …/delete: what only the owner does, and only once. Both ask
 * for a fresh sign-in, and are nothing that there is for anybody else. */
#include "authz/developer/member_marks.h"
#include "authz/developer/pages.h"
#include "common/base/json_read.h"

#define PROJECT "/projects/{0}"

static err owners_only(struct request *rq, const struct area *area, json_t *doc) {
    (void)rq, (void)area;
    REQUIRE(json_read_true(doc, "owns"), not_found, "there is nothing at this address");
    return OK;
}

/* --- to somebody else ------------------------------------------------------------------------- */

static const struct developer_read give_reads[] = {
    {"project", PROJECT, false, false},
    {"members", PROJECT "/members", false, true},
};
static const struct developer_field new_owner[] = {{"new_owner_id", DEVELOPER_TEXT, NULL}};
static const struct developer_action give_actions[] = {
    {"give", HTTP_POST, PROJECT "/transfer-ownership", DEVELOPER_FIELDS(new_owner),
     "/developer/projects/{0}", TEXT_dev_project_given, NULL},
};

static err prepare_give(struct request *rq, const struct area *area, json_t *doc) {
    json_t *one;
    size_t i;
    TRY(owners_only(rq, area, doc));
    json_array_foreach(json_object_get(doc, "members"), i, one)
        TRY(member_marks_add(area, doc, one));
    return developer_set(doc, "others",
                         json_boolean(json_array_size(json_object_get(doc, "members")) > 1));
}

static const struct developer_page give_page = {.section = ACCOUNT_SECTION_projects,
                                                .template_name = "developer_project_give.html",
                                                .tab = "tab_settings",
                                                .title = TEXT_dev_give_title,
                                                .heading = TEXT_dev_project_heading,
                                                DEVELOPER_READS(give_reads),
                                                DEVELOPER_ACTIONS(give_actions),
                                                .prepare = prepare_give};

static err answer_give(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &give_page, rs);
}

err developer_project_give(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, answer_give);
}

/* --- and to nobody ---------------------------------------------------------------------------- */

static const struct developer_read delete_reads[] = {{"project", PROJECT, false, false}};
static const struct developer_action delete_actions[] = {
    {"delete", HTTP_DELETE, PROJECT, NULL, 0, "/developer/projects", TEXT_dev_project_deleted,
     NULL},
};

static const struct developer_page delete_page = {.section = ACCOUNT_SECTION_projects,
                                                  .template_name = "developer_project_delete.html",
                                                  .tab = "tab_settings",
                                                  .title = TEXT_dev_delete_project_title,
                                                  .heading = TEXT_dev_project_heading,
                                                  DEVELOPER_READS(delete_reads),
                                                  DEVELOPER_ACTIONS(delete_actions),
                                                  .prepare = owners_only};

static err answer_delete(struct request *rq, struct area *area, struct response *rs) {
    return developer_answer(rq, area, &delete_page, rs);
}

err developer_project_delete(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, answer_delete);
}
