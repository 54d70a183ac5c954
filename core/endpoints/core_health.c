/* GET /health of hitkey-core: this process and its store (a durable write, at most once a second).
 */
#include "common/base/json_put.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/world.h"

err core_health(struct request *rq, struct response *rs) {
    err e = core_check(core_of(rq));
    str state = failed(e) ? S("down") : S("ok"), json;
    struct json_put j = json_put_begin(rq->arena, 512);
    if (failed(e))
        log_err(LOG_WARN, "health", e);
    json_put_open(&j, '{');
    json_put_str(&j, "process", S("ok"));
    json_put_str(&j, "store", state);
    json_put_str(&j, "status", state);
    json_put_str(&j, "version", S(HITKEY_VERSION));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, failed(e) ? 503 : 200, json);
    return OK;
}
