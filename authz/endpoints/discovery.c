/* GET /.well-known/openid-configuration (OIDC Discovery 1.0 4) and
 * /.well-known/oauth-authorization-server (RFC 8414 3): one document. */
#include "authz/authz.h"
#include "authz/endpoints/endpoints.h"

err discovery(struct request *rq, struct response *rs) {
    response_json(rs, 200, authz_of(rq)->discovery);
    return OK;
}

/* RFC 8414 3.1: of the issuer https://host/id, at /.well-known/oauth-authorization-server/id. */
err discovery_inserted(struct request *rq, struct response *rs) {
    str base = authz_of(rq)->base, behind = rq->args[0];
    if (str_ends(behind, S("/")))
        behind.n--;
    bool ours = base.n > 0 && str_eq(str_from_pos(base, 1), behind);
    REQUIRE(ours, not_found, "there is no issuer of that path here");
    return discovery(rq, rs);
}
