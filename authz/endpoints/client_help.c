/* What helps a developer whose requests are refused: the last of them with the rule that each
 * broke, and where a redirect URI differs from the registered ones. */
#include "authz/client_failures.h"
#include "authz/endpoints/clients.h"
#include "authz/protocol/redirect_uri_difference.h"
#include "authz/store/client.h"
#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "common/http/fields.h"

enum { ANSWER_MAX = 64 * 1024 };

/* --- GET /oauth/clients/:client_id/failures --------------------------------------------------- */

static err put_failure(struct json_put *j, struct request *rq,
                       const struct client_failure *failure) {
    str time;
    TRY(clock_iso8601(rq->arena, failure->time_ms, &time));
    json_put_open(j, '{');
    json_put_str(j, "time", time);
    json_put_str(j, "endpoint", failure->endpoint);
    json_put_str(j, "error", failure->error);
    json_put_str(j, "rule", failure->rule);
    json_put_str_or_null(j, "address", failure->remote.n ? failure->remote : STR_ABSENT);
    json_put_close(j, '}');
    return OK;
}

err clients_failures(struct request *rq, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct client client = {0};
    struct client_failure *list;
    size_t n;
    str json;
    TRY(clients_load(rq, &client));
    client_failures_flush(authz_of(rq)); /* those of this moment too */
    TRY(client_failure_list(authz_of(rq)->store, rq->arena, client.client_id, rq->now_ms, &list,
                            &n));
    json_put_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        TRY(put_failure(&j, rq, &list[i]));
    json_put_close(&j, ']');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

/* --- POST /oauth/clients/:client_id/redirect-uri-check ---------------------------------------- */

struct check_body {
    str redirect_uri;
};

static const struct field fields[] = {{"redirect_uri", FIELD_TEXT, FIELD_REQUIRED, 1,
                                       REDIRECT_URI_MAX, offsetof(struct check_body, redirect_uri),
                                       NULL}};
FIELD_TABLE(redirect_uri_check_takes, fields);

static void put_place(struct json_put *j, const struct redirect_uri_difference *difference) {
    bool differs = !difference->matches && str_present(difference->registered);
    if (differs)
        json_put_int(j, "position", (int64_t)difference->at);
    else
        json_put_null(j, "position");
    json_put_str_or_null(j, "expected", differs ? difference->expected : STR_ABSENT);
    json_put_str_or_null(j, "found", differs ? difference->found : STR_ABSENT);
    json_put_str_or_null(j, "hint", difference->hint ? str_from(difference->hint) : STR_ABSENT);
}

err clients_check_uri(struct request *rq, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct redirect_uri_difference difference;
    struct check_body body = {0};
    struct client client = {0};
    str json;
    TRY(clients_load(rq, &client));
    TRY(fields_read_body(rq, &body));
    const struct redirect_uri_rules rules = {.normalise = client.hitkey, .native = client.native};
    TRY(redirect_uri_compare(rq->arena, &rules, client.redirect_uris, client.redirect_uri_count,
                             body.redirect_uri, &difference));
    json_put_open(&j, '{');
    json_put_bool(&j, "matches", difference.matches);
    json_put_str_or_null(&j, "rule", difference.rule);
    json_put_str_or_null(&j, "registered", difference.registered);
    put_place(&j, &difference);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
