/* GET and POST /account/apps: which apps may see what, and taking it away. */
#include "authz/account/account_app.h"
#include "authz/account/account_sees.h"
#include "authz/account/area.h"
#include "authz/endpoints/endpoints.h"
#include "authz/person.h"
#include "authz/store/connection.h"
#include "common/base/json_read.h"

/* --- showing ---------------------------------------------------------------------------------- */

static err put_app(struct rows *rows, const struct connection *connection, const json_t *person) {
    struct account_app app;
    struct rows sees;
    TRY(account_app(rows->rq, connection->client_id, &app));
    TRY(account_sees(rows->rq, connection->scope, person, &sees));
    rows_next(rows);
    rows_put(rows, "id", connection->client_id);
    rows_put(rows, "app", app.name);
    rows_put(rows, "app_uri", app.uri);
    rows_put(rows, "app_logo", app.logo);
    rows_put_time(rows, "since", connection->since_ms);
    rows_put_time(rows, "used", connection->used_ms);
    rows_put_list(rows, "sees", &sees);
    return OK;
}

static err list_apps(struct request *rq, const struct area *area, struct template_value *out) {
    AUTO(json_ref) person = NULL;
    struct connection *list;
    size_t n;
    TRY(connection_list(authz_of(rq)->store, rq->arena, area->account->user_id, rq->now_ms, &list,
                        &n));
    TRY(person_read(rq, area->account->user_id, area->account->signed_in_ms, &person));
    struct rows rows = rows_begin(rq, n + 1);
    for (size_t i = 0; i < n; i++) {
        err e = put_app(&rows, &list[i], person);
        if (!err_is(e, E_not_found)) /* deleted in this moment */
            TRY(e);
    }
    return rows_done(&rows, "apps", out);
}

static err show(struct request *rq, struct area *area, struct response *rs) {
    struct template_value values[1];
    TRY(list_apps(rq, area, &values[0]));
    return account_page(rq, rs, 200, ACCOUNT_SECTION_connected, &area->frame,
                        &(struct page){.template_name = "account_apps.html",
                                       .title = TEXT_section_connected,
                                       .lead = values[0].row_count ? TEXT_apps_lead : TEXT_NONE,
                                       .values = values,
                                       .n = 1});
}

err account_apps(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show);
}

/* --- taking away ------------------------------------------------------------------------------ */

static err take_away(struct request *rq, struct area *area, struct response *rs) {
    const struct consent whose = {.user_id = area->account->user_id,
                                  .client_id = area_field(area, S("client_id"))};
    const struct audit_entry audit =
        audit_entry(rq, AUDIT_access_removed, whose.user_id, whose.client_id, STR_ABSENT);
    TRY(connection_remove(authz_of(rq)->store, &whose, &audit, rq->now_ms));
    return area_done(rq, area, S("/account/apps"), texts_get(rq, TEXT_access_removed_done), rs);
}

err account_apps_remove(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, take_away);
}
