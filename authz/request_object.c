#include "authz/request_object.h"

#include "authz/client_keys.h"
#include "authz/client_secret.h"
#include "authz/config.h"
#include "authz/protocol/jwt_claims.h"
#include "authz/protocol/request_object_claims.h"
#include "authz/protocol/unsigned_jwt.h"
#include "authz/request_object_decrypt.h"
#include "authz/request_uri.h"

/* What is wrong with the object, in the words of whoever found it; what is wrong here goes on. */
static err as_refusal(err e) {
    bool object = e.code == E_jose_malformed || e.code == E_jose_algorithm ||
                  e.code == E_jose_key || e.code == E_jose_signature || e.code == E_bad_request;
    return object ? (err){E_invalid_request_object, e.why, e.at} : e;
}

/* --- whose word it is ----------------------------------------------------------------------- */

/* OIDC Registration 2, request_object_signing_alg: "any algorithm" unless one was registered. */
static err open_unsigned(const struct request *rq, const struct client *client, str text,
                         str *payload) {
    REQUIRE(authz_of(rq)->config->allow_unsigned_request_objects &&
                client->request_object_alg == JOSE_NONE,
            invalid_request_object, "the request object must be signed");
    return as_refusal(unsigned_jwt_payload(rq->arena, text, payload));
}

static err open_signed(struct request *rq, const struct client *client, str text, str *payload) {
    AUTO(jws_ref) jws = {0};
    TRY(as_refusal(jws_parse(rq->arena, text, &jws)));
    REQUIRE(jwt_typ_fits(jws.typ, S("oauth-authz-req+jwt")), invalid_request_object,
            "typ of the request object must be oauth-authz-req+jwt or JWT"); /* RFC 9101 10.8 */
    bool registered = client->request_object_alg == JOSE_NONE
                          ? !client->request_object_unsigned
                          : client->request_object_alg == jws.alg;
    REQUIRE(registered, invalid_request_object,
            "the request object is not signed with the algorithm that the client registered");
    *payload = jws.payload;
    if (jose_alg_is_hmac(jws.alg))
        return as_refusal(client_secret_verify(authz_of(rq), rq->arena, client->client_id, &jws));
    return as_refusal(client_keys_verify(rq, client, &jws, jws.alg));
}

/* RFC 9101 5: signed, or signed and then encrypted; never encrypted alone, which proves nothing of
 * the sender. */
static err open_object(struct request *rq, const struct client *client, str text, str *payload) {
    str token;
    TRY(as_refusal(request_object_decrypt(rq, client, text, &token)));
    if (unsigned_jwt_is(rq->arena, token))
        return open_unsigned(rq, client, token, payload);
    return open_signed(rq, client, token, payload);
}

/* --- the whole ------------------------------------------------------------------------------- */

static err find_object(struct request *rq, const struct client *client,
                       const struct authorization_request *in, str *text) {
    REQUIRE(!str_present(in->request) || !str_present(in->request_uri), invalid_request,
            "request and request_uri must not come together"); /* RFC 9101 5 */
    *text = in->request;
    return str_present(in->request_uri) ? request_uri_fetch(rq, client, in->request_uri, text) : OK;
}

err request_object_apply(struct request *rq, const struct client *client, struct form *form,
                         struct authorization_request *in) {
    const struct request_object_rules rules = {client->client_id, authz_of(rq)->issuer,
                                               rq->now_ms / 1000};
    AUTO(json_ref) claims = NULL;
    struct form merged;
    str text, payload;
    if (!str_present(in->request) && !str_present(in->request_uri))
        return OK;
    TRY(find_object(rq, client, in, &text));
    TRY(open_object(rq, client, text, &payload));
    TRY(as_refusal(json_read_object(payload, &claims)));
    TRY(request_object_claims_merge(rq->arena, claims, &rules, form, &merged));
    *form = merged;
    authorization_request_read(form, in);
    return OK;
}
