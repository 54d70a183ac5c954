#include "authz/client_assertion.h"

#include "authz/client_keys.h"
#include "authz/client_secret.h"
#include "authz/config.h"
#include "authz/protocol/client_assertion_claims.h"
#include "authz/protocol/jwt_claims.h"
#include "authz/store/audit.h"
#include "authz/store/used_jti.h"
#include "common/base/json_read.h"
#include "keys/digest.h"
#include "keys/ring.h"

#define REFUSED "client authentication failed"
#define TYPE    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* Longer than a request may wait for its turn: a jti is not forgotten before its last use. */
enum { REMEMBER_MS = 5 * 60 * 1000 };

static err check_type(const struct client_credentials *given) {
    REQUIRE(str_present(given->client_assertion_type) && str_present(given->client_assertion),
            invalid_request, "client_assertion and client_assertion_type belong together");
    REQUIRE(str_eq(given->client_assertion_type, S(TYPE)), invalid_client,
            "client_assertion_type must be " TYPE);
    return OK;
}

/* What is wrong with a token of a client: the client is refused. What is wrong here goes on. */
static err as_refusal(struct request *rq, err e) {
    bool token = e.code == E_jose_malformed || e.code == E_jose_algorithm || e.code == E_jose_key ||
                 e.code == E_jose_signature || e.code == E_bad_request;
    if (!token)
        return e;
    rq->rule = e.why;
    return (err){E_invalid_client, REFUSED, e.at};
}

/* `sub` says who the client is: what it is worth is found out afterwards. */
static err read(struct request *rq, const struct client_credentials *given, struct jws *jws,
                json_t **claims) {
    TRY(as_refusal(rq, jws_parse(rq->arena, given->client_assertion, jws)));
    TRY(as_refusal(rq, json_read_object(jws->payload, claims)));
    REQUIRE(jwt_typ_fits(jws->typ, S("client-authentication+jwt")), invalid_client,
            "typ of client_assertion must be JWT or client-authentication+jwt");
    str client_id = json_read_str(*claims, "sub");
    REQUIRE(!str_empty(client_id), invalid_client, "sub of client_assertion must be the client_id");
    REQUIRE(!str_present(given->client_id) || str_eq(given->client_id, client_id), invalid_client,
            "client_id is not the sub of client_assertion"); /* RFC 7521 4.2 */
    return OK;
}

/* The method that was registered, with the algorithm that was, if one was (OIDC Registration 2). */
static bool is_registered(const struct client *client, enum jose_alg alg) {
    enum client_auth method = jose_alg_is_hmac(alg) ? CLIENT_SECRET_JWT : CLIENT_PRIVATE_KEY_JWT;
    return client->auth == method &&
           (client->token_auth_alg == JOSE_NONE || client->token_auth_alg == alg);
}

/* Takes the time of a signature, so that it does not tell which clients there are. */
static err pretend_to_verify(struct request *rq, const struct jws *jws) {
    struct ring *ring = authz_of(rq)->ring;
    const struct ring_snapshot *shown = ring_take(ring);
    err e = FAIL(jose_key, "there is no key");
    for (size_t i = 0; i < shown->n; i++)
        if (shown->keys[i].state == KEY_ACTIVE && shown->keys[i].alg == jws->alg)
            e = jws_verify(jws, jws->alg, shown->keys[i].jwk);
    ring_give(ring, shown);
    return failed(e) ? e : FAIL(jose_key, "no client signs with the server's key");
}

static err verify(struct request *rq, const struct client *client, const struct jws *jws) {
    if (!str_present(client->client_id) || !is_registered(client, jws->alg))
        return pretend_to_verify(rq, jws);
    if (client->auth == CLIENT_SECRET_JWT)
        return client_secret_verify(authz_of(rq), rq->arena, client->client_id, jws);
    return client_keys_verify(rq, client, jws, jws->alg);
}

static err check_claims(struct request *rq, const json_t *claims, str client_id,
                        struct client_assertion_claims *out) {
    const struct authz *authz = authz_of(rq);
    struct client_assertion_rules rules = {
        .client_id = client_id,
        .policy = assertion_audience_from(authz->config->client_assertion_audience),
        .now_s = rq->now_ms / 1000};
    rules.audiences[0] = authz->issuer;
    TRY(STR_JOIN(rq->arena, &rules.audiences[1], authz->issuer, S("/oauth/token")));
    TRY(STR_JOIN(rq->arena, &rules.audiences[2], authz->issuer, str_from(rq->route->path)));
    return client_assertion_claims_check(claims, &rules, out);
}

/* RFC 7523 3: only once the signature is known to be good, so that nobody can use up the jti of
 * somebody else. */
static err use_up(struct request *rq, str client_id, const struct client_assertion_claims *claims) {
    str text;
    TRY(STR_JOIN(rq->arena, &text, S("client_assertion\n"), client_id, S("\n"), claims->jti));
    struct sha256 hash = sha256(text);
    err e = used_jti_add(authz_of(rq)->store, sha256_str(&hash),
                         claims->expires_s * 1000 + REMEMBER_MS);
    if (err_is(e, E_conflict))
        audit_event(rq, AUDIT_client_assertion_replayed, STR_ABSENT, client_id, STR_ABSENT);
    REQUIRE(!err_is(e, E_conflict), invalid_client,
            "client_assertion was used before: make a new one, with a new jti, for each request");
    return e;
}

err client_assertion_check(struct request *rq, const struct client_credentials *given,
                           struct client *out) {
    AUTO(jws_ref) jws = {0};
    AUTO(json_ref) claims = NULL;
    struct client client = {0};
    struct client_assertion_claims checked;
    TRY(check_type(given));
    TRY(may_block(rq)); /* the jti becomes durable */
    TRY(read(rq, given, &jws, &claims));
    err found = client_get(authz_of(rq)->store, rq->arena, json_read_str(claims, "sub"), &client);
    if (failed(found) && !err_is(found, E_not_found))
        return found;
    if (!failed(found))
        rq->client_id = client.client_id;
    TRY(as_refusal(rq, verify(rq, &client, &jws)));
    TRY(check_claims(rq, claims, client.client_id, &checked));
    TRY(use_up(rq, client.client_id, &checked));
    *out = client;
    return OK;
}
