/* GET /health: this process, its store (a durable write, at most once a second), the core store. */
#include "authz/authz.h"
#include "authz/core_link.h"
#include "authz/endpoints/endpoints.h"
#include "authz/store/store.h"
#include "common/base/json_put.h"
#include "common/ops/log.h"

static bool put_state(struct json_put *j, const char *name, err e) {
    json_put_str(j, name, failed(e) ? S("down") : S("ok"));
    if (failed(e))
        log_err(LOG_WARN, "health", e);
    return !failed(e);
}

err health(struct request *rq, struct response *rs) {
    const struct authz *authz = authz_of(rq);
    struct json_put j = json_put_begin(rq->arena, 1024);
    str json;
    json_put_open(&j, '{');
    bool good = put_state(&j, "process", OK);
    good &= put_state(&j, "store", db_check(authz->store->db));
    good &= put_state(&j, "core", core_link_check(authz->core));
    if (core_link_is_remote(authz->core))
        json_put_str(&j, "core_circuit", core_link_circuit(authz->core));
    json_put_str(&j, "status", good ? S("ok") : S("down"));
    json_put_str(&j, "version", S(HITKEY_VERSION));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, good ? 200 : 503, json);
    return OK;
}
