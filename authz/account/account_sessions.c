/* GET and POST /account/sessions: browsers that are signed in, and programs that use the API (by
 * /auth/sessions). */
#include "authz/account/account_places.h"
#include "authz/account/rows.h"
#include "authz/device.h"
#include "authz/endpoints/endpoints.h"
#include "common/base/json_read.h"

#define PAGE S("/account/sessions")

/* --- showing ---------------------------------------------------------------------------------- */

static err list_browsers(struct request *rq, const struct area *area, struct template_value *out) {
    struct session_places places;
    TRY(account_places(rq, area, &places));
    struct rows rows = rows_begin(rq, places.n + 1);
    for (size_t i = 0; i < places.n; i++) {
        const struct session_place *place = &places.list[i];
        str device;
        TRY(device_name(rq->arena, place->user_agent, &device));
        rows_next(&rows);
        rows_put(&rows, "sid", place->sid);
        rows_put(&rows, "device", device);
        rows_put(&rows, "address", place->address);
        rows_put_time(&rows, "since", place->signed_in_ms);
        rows_put_time(&rows, "used", place->used_ms);
        rows_put_flag(&rows, "here", str_eq(place->sid, area->account->sid));
    }
    return rows_done(&rows, "browsers", out);
}

static err put_program(struct rows *rows, const json_t *item) {
    struct arena *arena = rows->rq->arena;
    str id, device, address, agent = json_read_str(item, "userAgent");
    TRY(str_dup(arena, json_read_str(item, "id"), &id));
    TRY(str_dup(arena, json_read_str(item, "address"), &address));
    TRY(device_name(arena, agent, &device));
    if (!str_present(device)) /* a program of which nobody knows more than what it says */
        TRY(str_dup(arena, agent, &device));
    rows_next(rows);
    rows_put(rows, "id", id);
    rows_put(rows, "device", device);
    rows_put(rows, "address", address);
    TRY(rows_put_iso(rows, "since", json_read_str(item, "createdAt")));
    return rows_put_iso(rows, "used", json_read_str(item, "lastUsedAt"));
}

static err list_programs(struct request *rq, const struct area *area, struct template_value *out) {
    AUTO(json_ref) list = NULL;
    const json_t *item;
    size_t i;
    TRY(area_read(rq, area, S("/auth/sessions"), &list));
    struct rows rows = rows_begin(rq, json_array_size(list) + 1);
    json_array_foreach(list, i, item) TRY(put_program(&rows, item));
    return rows_done(&rows, "programs", out);
}

static err show(struct request *rq, struct area *area, struct response *rs) {
    struct template_value values[2];
    TRY(list_browsers(rq, area, &values[0]));
    TRY(list_programs(rq, area, &values[1]));
    return account_page(rq, rs, 200, ACCOUNT_SECTION_sessions, &area->frame,
                        &(struct page){.template_name = "account_sessions.html",
                                       .title = TEXT_section_sessions,
                                       .lead = TEXT_sessions_lead,
                                       .values = values,
                                       .n = 2});
}

err account_sessions(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show);
}

/* --- ending ----------------------------------------------------------------------------------- */

/* Whoever is gone already has been signed out. */
static err end_programs(struct request *rq, struct area *area, str path) {
    AUTO(json_ref) doc = NULL;
    const struct core_call call = {.method = HTTP_DELETE, .path = path};
    struct account_answer answer;
    TRY(area_call(rq, area, &call, &answer, &doc));
    REQUIRE(answer.status == 200, not_found, "the person has no such sign-in");
    return OK;
}

static err end_program(struct request *rq, struct area *area) {
    str id, path;
    TRY(area_path_part(area, S("id"), &id));
    TRY(STR_JOIN(rq->arena, &path, S("/auth/sessions/"), id));
    return end_programs(rq, area, path);
}

static err end(struct request *rq, struct area *area, struct response *rs) {
    enum text done = TEXT_ended_done;
    if (area_does(area, S("end-browser"))) {
        TRY(account_places_end(rq, area, area_field(area, S("id"))));
    } else if (area_does(area, S("end-program"))) {
        TRY(end_program(rq, area));
    } else {
        REQUIRE(area_does(area, S("end-others")), bad_request, "the form has no such button");
        TRY(account_places_end_others(rq, area));
        TRY(end_programs(rq, area, S("/auth/sessions")));
        done = TEXT_ended_others_done;
    }
    return area_done(rq, area, PAGE, texts_get(rq, done), rs);
}

err account_sessions_end(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, end);
}
