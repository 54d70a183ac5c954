#include "conformance/engine/client_assertion.h"

#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"

enum { LIFETIME_S = 60 };

const char *client_assertion(struct run *run, const struct client *client, const char *audience,
                             const char *kid) {
    bool symmetric = text_is(client->auth, "client_secret_jwt");
    json_int_t now = run_now();
    json_t *header = pool_json(run->pool, json_object());
    if (kid)
        json_object_set_new(header, "kid", json_string(kid));
    json_t *claims = pool_json(
        run->pool, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", client->id, "sub", client->id,
                             "aud", audience, "jti", pool_text(run->pool, base64url_random(16)),
                             "iat", now, "exp", now + LIFETIME_S));
    return pool_text(run->pool, jws_sign(header, claims, symmetric ? "HS256" : "RS256", client->key,
                                         client->secret));
}

void client_assertion_add(struct run *run, const struct client *client, json_t *parameters,
                          const char *audience) {
    json_object_set_new(parameters, "client_assertion_type",
                        json_string("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    json_object_set_new(parameters, "client_assertion",
                        json_string(client_assertion(run, client, audience, client->kid)));
}
