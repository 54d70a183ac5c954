#include "authz/account/own_client.h"

bool own_client_is(str client_id) {
    return str_eq(client_id, S(OWN_CLIENT_ID));
}

err own_client_redirect_uri(struct request *rq, str *out) {
    return STR_JOIN(rq->arena, out, authz_of(rq)->issuer, S("/account/signed-in"));
}

err own_client_get(struct request *rq, struct client *out) {
    str *uri = ARENA_NEW(rq->arena, str);
    REQUIRE(uri, no_memory, "no memory for a client");
    TRY(own_client_redirect_uri(rq, uri));
    *out = (struct client){.client_id = S(OWN_CLIENT_ID),
                           .id = S(OWN_CLIENT_ID),
                           .first_party = true,
                           .name = S("HitKey"),
                           .redirect_uris = uri,
                           .redirect_uri_count = 1,
                           .auth = CLIENT_SECRET_BASIC, /* with no secret that would do */
                           .scope = S("openid"),
                           .grant_types = S("authorization_code"),
                           .response_types = S("code"),
                           .id_token_alg = JOSE_ES256,
                           .default_max_age_s = -1,
                           .metadata = S("{}")};
    return OK;
}
