/* GET and DELETE /oauth/clients/:client_id/secret: how many secrets are good, and the end of the
 * old one when no program uses it any more. Never a secret itself. */
#include "authz/authz.h"
#include "authz/endpoints/clients.h"
#include "authz/store/audit.h"
#include "authz/store/client.h"
#include "common/base/clock.h"
#include "common/base/json_put.h"

enum { ANSWER_MAX = 1024 };

static err put_secret(struct json_put *j, struct arena *arena, int64_t created_ms) {
    str created;
    TRY(clock_iso8601(arena, created_ms, &created));
    json_put_open(j, '{');
    json_put_str(j, "createdAt", created);
    json_put_close(j, '}');
    return OK;
}

err clients_secrets(struct request *rq, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct client client = {0};
    int64_t created_ms[2];
    size_t n;
    str json;
    TRY(clients_load(rq, &client));
    TRY(client_secrets_times(authz_of(rq)->store, client.client_id, created_ms, &n));
    json_put_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        TRY(put_secret(&j, rq->arena, created_ms[i]));
    json_put_close(&j, ']');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err clients_drop_secrets(struct request *rq, struct response *rs) {
    struct client client = {0};
    TRY(clients_load(rq, &client));
    TRY(client_secrets_drop_old(authz_of(rq)->store, client.client_id));
    audit_event(rq, AUDIT_client_secret_dropped, rq->who, client.client_id, STR_ABSENT);
    rs->status = 204;
    return OK;
}
