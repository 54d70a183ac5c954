/* GET and POST /account/profile: what the person says of themself, by PATCH /auth/profile. All that
 * the page shows is sent; an empty field clears. */
#include "authz/account/area.h"
#include "authz/account/rows.h"
#include "authz/endpoints/endpoints.h"
#include "authz/pages/embedded.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { BODY_MAX = 32 * 1024, VALUES = 6 };

enum group { GROUP_names, GROUP_about, GROUP_address };

static const struct profile_row {
    enum group group;
    const char *name, *type, *autocomplete, *max;
    enum text label, hint;
} table[] = {
#define PROFILE_ROW(group, name, type, autocomplete, max, label, hint)                             \
    {GROUP_##group, #name, #type, autocomplete, #max, TEXT_##label, TEXT_##hint},
#include "authz/account/account_profile_fields.def"
#undef PROFILE_ROW
};
enum { ROWS = sizeof table / sizeof table[0] };

/* What the fields hold: what is stored, or what was typed and refused. */
struct shown {
    const json_t *stored; /* GET /auth/me; or NULL: */
    const struct area *typed;
};

static str value_of(const struct shown *shown, const struct profile_row *row) {
    if (!shown->stored)
        return area_field(shown->typed, str_from(row->name));
    const json_t *from =
        row->group == GROUP_address ? json_object_get(shown->stored, "address") : shown->stored;
    return json_read_str(from, row->name);
}

/* --- showing ---------------------------------------------------------------------------------- */

static str error_of(const struct account_frame *frame, str field) {
    for (size_t i = 0; i < frame->error_count; i++)
        if (str_eq(frame->errors[i].field, field))
            return frame->errors[i].text;
    return STR_ABSENT;
}

static err list_group(struct request *rq, const struct area *area, const struct shown *shown,
                      enum group group, const char *name, struct template_value *out) {
    struct rows rows = rows_begin(rq, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        const struct profile_row *row = &table[i];
        if (row->group != group)
            continue;
        rows_next(&rows);
        rows_put(&rows, "name", str_from(row->name));
        rows_put(&rows, "type", str_from(row->type));
        rows_put(&rows, "autocomplete", str_from(row->autocomplete));
        rows_put(&rows, "max", str_from(row->max));
        rows_put_text(&rows, "label", row->label);
        rows_put_text(&rows, "hint", row->hint);
        rows_put(&rows, "value", value_of(shown, row));
        rows_put(&rows, "wrong", error_of(&area->frame, str_from(row->name)));
    }
    return rows_done(&rows, name, out);
}

static err show(struct request *rq, struct area *area, const struct shown *shown, int status,
                struct response *rs) {
    struct template_value values[VALUES];
    str order = shown->stored ? json_read_str(shown->stored, "preferredOrder")
                              : area_field(area, S("preferredOrder"));
    TRY(list_group(rq, area, shown, GROUP_names, "names", &values[0]));
    TRY(list_group(rq, area, shown, GROUP_about, "about", &values[1]));
    TRY(list_group(rq, area, shown, GROUP_address, "postal", &values[2]));
    values[3] = (struct template_value){
        .name = "western", .text = str_eq(order, S("western")) ? S("yes") : STR_ABSENT};
    values[4] = (struct template_value){
        .name = "eastern", .text = str_eq(order, S("eastern")) ? S("yes") : STR_ABSENT};
    values[5] =
        (struct template_value){.name = "field", .text = embedded_text("account_field.html")};
    return account_page(rq, rs, status, ACCOUNT_SECTION_profile, &area->frame,
                        &(struct page){.template_name = "account_profile.html",
                                       .title = TEXT_section_profile,
                                       .lead = TEXT_profile_lead,
                                       .values = values,
                                       .n = VALUES});
}

static err show_stored(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) me = NULL;
    TRY(area_read(rq, area, S("/auth/me"), &me));
    return show(rq, area, &(struct shown){.stored = me}, 200, rs);
}

err account_profile(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show_stored);
}

/* --- saving ----------------------------------------------------------------------------------- */

static bool has_address(const struct area *area) {
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].group == GROUP_address && area_field(area, str_from(table[i].name)).n)
            return true;
    return false;
}

static void put_member(struct json_put *j, const char *name, str value, bool null) {
    if (value.n)
        json_put_str(j, name, value);
    else if (null)
        json_put_null(j, name);
}

static err write_body(struct request *rq, const struct area *area, str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    json_put_open(&j, '{');
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].group != GROUP_address)
            put_member(&j, table[i].name, area_field(area, str_from(table[i].name)), true);
    put_member(&j, "preferredOrder", area_field(area, S("preferredOrder")), true);
    if (!has_address(area)) {
        json_put_null(&j, "address");
    } else {
        json_put_open_at(&j, "address", '{');
        for (size_t i = 0; i < ROWS; i++)
            if (table[i].group == GROUP_address)
                put_member(&j, table[i].name, area_field(area, str_from(table[i].name)), false);
        json_put_close(&j, '}');
    }
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

static err save(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_PATCH, .path = S("/auth/profile")};
    struct account_answer answer;
    int status;
    TRY(write_body(rq, area, &call.json));
    TRY(area_call(rq, area, &call, &answer, &doc));
    if (answer.status == 200)
        return area_done(rq, area, S("/account/profile"), texts_get(rq, TEXT_profile_saved), rs);
    TRY(area_refused(rq, area, &answer, doc, rs, &status));
    return show(rq, area, &(struct shown){.typed = area}, status, rs);
}

err account_profile_save(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, save);
}
