/* GET and POST /account/password: another password, by POST /auth/password/change.
 *
 * Every sign-in that began before it ends: in browsers, of apps, of the API. This browser alone is
 * signed in anew, because the password was just given. */
#include "authz/account/account_renew.h"
#include "authz/account/area.h"
#include "authz/endpoints/endpoints.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { BODY_MAX = 8192 };

static err show(struct request *rq, struct area *area, int status, struct response *rs) {
    return account_page(rq, rs, status, ACCOUNT_SECTION_password, &area->frame,
                        &(struct page){.template_name = "account_password.html",
                                       .title = TEXT_section_password,
                                       .lead = TEXT_password_page_lead});
}

static err show_form(struct request *rq, struct area *area, struct response *rs) {
    return show(rq, area, 200, rs);
}

err account_password(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, show_form);
}

/* A password is what was typed: no space of it is cut off. */
static err write_body(struct request *rq, const struct area *area, str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "current_password", form_get(&area->form, S("current_password")));
    json_put_str(&j, "password", form_get(&area->form, S("password")));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

static err change(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_POST, .path = S("/auth/password/change")};
    struct account_answer answer;
    int status;
    TRY(write_body(rq, area, &call.json));
    TRY(area_call(rq, area, &call, &answer, &doc));
    if (answer.status != 200) {
        TRY(area_refused(rq, area, &answer, doc, rs, &status));
        return show(rq, area, status, rs);
    }
    TRY(account_renew(rq, area, rs));
    return area_done(rq, area, S("/account/password"), texts_get(rq, TEXT_password_changed_done),
                     rs);
}

err account_password_change(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, change);
}
