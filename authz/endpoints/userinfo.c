/* OIDC Core 5.3: the claims of the person an access token speaks for, by its scope. */
#include "authz/endpoints/userinfo.h"

#include "authz/access_token.h"
#include "authz/membership.h"
#include "authz/person.h"
#include "authz/protocol/claims.h"
#include "authz/store/client.h"
#include "authz/token_format.h"
#include "common/base/json_read.h"

static err read_person(struct request *rq, const struct access_token *token,
                       const struct client *client, json_t **out) {
    const struct membership_claim project = {client, token->user_id, token->scope, token->claims};
    err e = person_read(rq, token->user_id, token->signed_in_ms, out);
    REQUIRE(!err_is(e, E_not_found), invalid_token,
            "the user of the access token is gone or was signed out");
    TRY(e);
    return membership_add_claim(rq, &project, *out);
}

/* OIDC Core 5.3.1 asks for the scope openid; the HitKey API tells its own clients who somebody is
 * whatever they were allowed. */
static err read_client(struct request *rq, const struct access_token *token, struct client *out) {
    err e = client_get(authz_of(rq)->store, rq->arena, token->client_id, out);
    REQUIRE(!err_is(e, E_not_found), invalid_token, "the client of the access token is gone");
    TRY(e);
    rq->client_id = out->client_id;
    REQUIRE(out->hitkey || str_has_word(token->scope, S("openid")), insufficient_scope,
            "the access token was not granted the scope openid");
    return OK;
}

/* OIDC Core 5.3.2: a signed answer says who tells whom. */
static struct claims_shown what_to_show(const struct request *rq, const struct access_token *token,
                                        const struct token_format *format) {
    struct claims_shown shown = {.sub = token->sub, .scope = token->scope, .names = token->claims};
    if (format->sign != JOSE_NONE) {
        shown.iss = authz_of(rq)->issuer;
        shown.aud = token->client_id;
    }
    return shown;
}

/* Plain JSON, or a JWT. */
static err respond(struct request *rq, const struct client *client,
                   const struct token_format *format, str json, struct response *rs) {
    str token;
    response_json(rs, 200, json);
    if (token_format_is_plain(format))
        return OK;
    TRY(token_format_write(rq, client, format, json, &token));
    rs->body = token;
    response_header_set(rs, "Content-Type", S("application/jwt"));
    return OK;
}

err userinfo(struct request *rq, struct response *rs) {
    struct access_token token = {0};
    struct client client = {0};
    AUTO(json_ref) person = NULL;
    str json;
    TRY(access_token_of(rq, &token));
    rq->who = token.user_id;
    TRY(read_client(rq, &token, &client));
    TRY(read_person(rq, &token, &client, &person));
    const struct token_format format = token_format_userinfo(&client);
    const struct claims_shown shown = what_to_show(rq, &token, &format);
    TRY(claims_userinfo(rq->arena, person, &shown, &json));
    return respond(rq, &client, &format, json, rs);
}
