/* GET /account: what there is at a glance, and what happened lately. */
#include "authz/account/account_app.h"
#include "authz/account/account_places.h"
#include "authz/account/rows.h"
#include "authz/endpoints/endpoints.h"
#include "authz/store/activity.h"
#include "authz/store/connection.h"
#include "common/base/json_read.h"

enum { VALUES = 4 };

static const struct {
    str event;
    enum text text;
} events[] = {
#define ACTIVITY(event) {S_INIT(#event), TEXT_activity_##event},
#include "authz/account/account_activity.def"
#undef ACTIVITY
};

#define ACTIVITY(event) #event " "
static const char shown_events[] =
#include "authz/account/account_activity.def"
    ;
#undef ACTIVITY

static enum text text_of(str event) {
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (str_eq(events[i].event, event))
            return events[i].text;
    return TEXT_NONE;
}

/* The name of the app, if it was one and is still there: our own pages are none. */
static err app_name(struct request *rq, str client_id, str *out) {
    struct account_app app = {.name = STR_ABSENT};
    err e = str_present(client_id) ? account_app(rq, client_id, &app) : OK;
    if (!err_is(e, E_not_found))
        TRY(e);
    *out = app.name;
    return OK;
}

static err list_activity(struct request *rq, const struct area *area, struct template_value *out) {
    struct activity *list;
    size_t n;
    TRY(activity_list(authz_of(rq)->store, rq->arena, area->account->user_id,
                      str_from(shown_events), &list, &n));
    struct rows rows = rows_begin(rq, n + 1);
    for (size_t i = 0; i < n; i++) {
        str app;
        TRY(app_name(rq, list[i].client_id, &app));
        rows_next(&rows);
        rows_put_text(&rows, "what", text_of(list[i].event));
        rows_put(&rows, "app", app);
        rows_put(&rows, "address", list[i].remote);
        rows_put_time(&rows, "time", list[i].time_ms);
    }
    return rows_done(&rows, "activity", out);
}

static err count_sentence(struct request *rq, const char *name, enum text text, size_t n,
                          struct template_value *out) {
    str number;
    TRY(str_printf(rq->arena, &number, "%zu", n));
    const struct template_value value = {.name = "n", .text = number};
    out->name = name;
    return texts_fill(rq, text, &value, 1, &out->text);
}

static err count_all(struct request *rq, const struct area *area, struct template_value *places,
                     struct template_value *apps) {
    struct session_places list;
    struct connection *connections;
    size_t n;
    TRY(account_places(rq, area, &list));
    TRY(connection_list(authz_of(rq)->store, rq->arena, area->account->user_id, rq->now_ms,
                        &connections, &n));
    TRY(count_sentence(rq, "places", TEXT_places_count, list.n, places));
    return count_sentence(rq, "apps", TEXT_apps_count, n, apps);
}

static err show(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) me = NULL;
    struct template_value values[VALUES] = {{.name = "second_step"}};
    TRY(area_read(rq, area, S("/auth/me"), &me));
    values[0].text = json_read_true(me, "totpEnabled") ? S("yes") : STR_ABSENT;
    TRY(count_all(rq, area, &values[1], &values[2]));
    TRY(list_activity(rq, area, &values[3]));
    return account_page(rq, rs, 200, ACCOUNT_SECTION_overview, &area->frame,
                        &(struct page){.template_name = "account_overview.html",
                                       .title = TEXT_overview_title,
                                       .lead = TEXT_overview_lead,
                                       .values = values,
                                       .n = VALUES});
}

err account_overview(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show);
}
