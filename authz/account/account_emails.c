/* GET and POST /account/emails: the addresses, and one change of them, by /auth/emails. */
#include "authz/account/area.h"
#include "authz/account/rows.h"
#include "authz/endpoints/endpoints.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { BODY_MAX = 4096 };

#define PAGE S("/account/emails")

/* The buttons `do`. */
static const struct change {
    str name;
    enum http_method method;
    const char *before, *after; /* of the id; after NULL: no id */
    bool email, code;           /* in the body */
    enum text done;
} changes[] = {
    {S_INIT("add"), HTTP_POST, "/auth/emails", NULL, true, false, TEXT_email_added_done},
    {S_INIT("resend"), HTTP_POST, "/auth/emails/resend", NULL, true, false, TEXT_email_added_done},
    {S_INIT("verify"), HTTP_POST, "/auth/emails/verify", NULL, true, true,
     TEXT_email_confirmed_done},
    {S_INIT("default"), HTTP_PATCH, "/auth/emails/", "/default", false, false,
     TEXT_email_main_done},
    {S_INIT("remove"), HTTP_DELETE, "/auth/emails/", "", false, false, TEXT_email_removed_done},
};

/* --- showing ---------------------------------------------------------------------------------- */

/* A code that was refused stands beside the address that it was typed for. */
static void put_refused(struct rows *rows, const struct area *area, str email) {
    bool here = str_eq(area_field(area, S("email")), email) && !area_does(area, S("add"));
    for (size_t i = 0; i < area->frame.error_count && here; i++)
        if (str_eq(area->frame.errors[i].field, S("code")))
            rows_put(rows, "wrong", area->frame.errors[i].text);
}

static err put_email(struct rows *rows, const struct area *area, const json_t *item) {
    str id, email;
    TRY(str_dup(rows->rq->arena, json_read_str(item, "id"), &id));
    TRY(str_dup(rows->rq->arena, json_read_str(item, "email"), &email));
    rows_next(rows);
    rows_put(rows, "id", id);
    rows_put(rows, "email", email);
    rows_put_flag(rows, "main", json_read_true(item, "isDefault"));
    rows_put_flag(rows, "verified", json_read_true(item, "isVerified"));
    put_refused(rows, area, email);
    return OK;
}

static err show(struct request *rq, struct area *area, int status, struct response *rs) {
    AUTO(json_ref) list = NULL;
    struct template_value values[2];
    const json_t *item;
    size_t i;
    TRY(area_read(rq, area, S("/auth/emails"), &list));
    struct rows rows = rows_begin(rq, json_array_size(list) + 1);
    json_array_foreach(list, i, item) TRY(put_email(&rows, area, item));
    TRY(rows_done(&rows, "emails", &values[0]));
    values[1] = (struct template_value){
        .name = "typed", .text = area_does(area, S("add")) ? area_field(area, S("email")) : S("")};
    return account_page(rq, rs, status, ACCOUNT_SECTION_emails, &area->frame,
                        &(struct page){.template_name = "account_emails.html",
                                       .title = TEXT_section_emails,
                                       .lead = TEXT_emails_lead,
                                       .values = values,
                                       .n = 2});
}

static err show_list(struct request *rq, struct area *area, struct response *rs) {
    return show(rq, area, 200, rs);
}

err account_emails(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, show_list);
}

/* --- changing --------------------------------------------------------------------------------- */

static err write_body(struct request *rq, const struct area *area, const struct change *change,
                      str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    json_put_open(&j, '{');
    if (change->email)
        json_put_str(&j, "email", area_field(area, S("email")));
    if (change->code)
        json_put_str(&j, "code", area_field(area, S("code")));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

static err apply(struct request *rq, const struct area *area, const struct change *change,
                 struct account_answer *answer, json_t **doc) {
    struct core_call call = {.method = change->method, .path = str_from(change->before)};
    if (change->after) {
        str id;
        TRY(area_path_part(area, S("id"), &id));
        TRY(STR_JOIN(rq->arena, &call.path, call.path, id, str_from(change->after)));
    }
    if (change->email)
        TRY(write_body(rq, area, change, &call.json));
    return area_call(rq, area, &call, answer, doc);
}

static err make(struct request *rq, struct area *area, const struct change *change,
                struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct account_answer answer;
    int status;
    TRY(apply(rq, area, change, &answer, &doc));
    if (answer.status < 300)
        return area_done(rq, area, PAGE, texts_get(rq, change->done), rs);
    if (change->code && answer.status == 422) /* not six digits */
        answer.code = S("INVALID_CODE");
    TRY(area_refused(rq, area, &answer, change->code ? NULL : doc, rs, &status));
    return show(rq, area, status, rs);
}

static err change_list(struct request *rq, struct area *area, struct response *rs) {
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (area_does(area, changes[i].name))
            return make(rq, area, &changes[i], rs);
    return FAIL(bad_request, "the form has no such button");
}

err account_emails_change(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, change_list);
}
