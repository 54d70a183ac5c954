/* GET /oauth/jwks (RFC 7517 5): every key that signs, will sign, or signed tokens still alive. */
#include "authz/authz.h"
#include "authz/endpoints/endpoints.h"
#include "keys/ring.h"

err jwks(struct request *rq, struct response *rs) {
    struct ring *ring = authz_of(rq)->ring;
    const struct ring_snapshot *shown = ring_take(ring);
    str json;
    err e = str_dup(rq->arena, shown->jwks_json, &json);
    ring_give(ring, shown);
    TRY(e);
    response_json(rs, 200, json);
    return OK;
}
