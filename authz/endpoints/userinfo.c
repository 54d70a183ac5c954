/* OIDC Core 5.3: the claims of the person an access token speaks for, by its scope. */
#include "authz/endpoints/userinfo.h"

#include "authz/access_token.h"
#include "authz/person.h"
#include "authz/protocol/claims.h"
#include "authz/store/client.h"
#include "common/base/json_read.h"

static err read_person(struct request *rq, const struct access_token *token, json_t **out) {
    err e = person_read(rq, token->user_id, token->signed_in_ms, out);
    REQUIRE(!err_is(e, E_not_found), invalid_token,
            "the user of the access token is gone or was signed out");
    return e;
}

/* OIDC Core 5.3.1 asks for the scope openid; the HitKey API tells its own clients who somebody is
 * whatever they were allowed. */
static err check_scope(struct request *rq, const struct access_token *token) {
    struct client client = {0};
    if (str_has_word(token->scope, S("openid")))
        return OK;
    TRY(client_get(authz_of(rq)->store, rq->arena, token->client_id, &client));
    REQUIRE(client.hitkey, insufficient_scope, "the access token was not granted the scope openid");
    return OK;
}

err userinfo(struct request *rq, struct response *rs) {
    struct access_token token = {0};
    AUTO(json_ref) person = NULL;
    str json;
    TRY(access_token_of(rq, &token));
    rq->who = token.user_id;
    TRY(check_scope(rq, &token));
    TRY(read_person(rq, &token, &person));
    const struct claims_shown shown = {
        .sub = token.sub, .scope = token.scope, .names = token.claims};
    TRY(claims_userinfo(rq->arena, person, &shown, &json));
    response_json(rs, 200, json);
    response_header_set(rs, "Cache-Control", S("no-store"));
    return OK;
}
