#include "conformance/checks/id_token.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/checks/hash.h"
#include "conformance/checks/standard_claims.h"
#include "conformance/engine/memory.h"
#include "conformance/jose/jws.h"
#include "conformance/jose/token_oracle.h"

enum { FIVE_MINUTES = 300, MAX_SUB = 255 };
static const long long fifty_years = 50LL * 365 * 24 * 3600;

json_t *id_token_header(struct run *run, const char *token) {
    return pool_json(run->pool, jws_part(token, 0));
}

bool audience_has(const json_t *aud, const char *client_id) {
    size_t i;
    json_t *value;
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), client_id) == 0;
    json_array_foreach(aud, i, value) {
        if (json_is_string(value) && strcmp(json_string_value(value), client_id) == 0)
            return true;
    }
    return false;
}

json_t *check_signed_token(struct run *run, const struct client *client, const char *token,
                           const char *alg) {
    json_t *header = id_token_header(run, token);
    check(run, FAILURE, "the-token-is-a-jws", "RFC7515-3.1", header != NULL,
          "it has no header that could be read");
    check_same(run, FAILURE, "the-token-has-the-registered-alg", "OIDCC-3.1.3.7-8",
               text_of(header, "alg"), alg);
    if (strcmp(alg, "none") == 0) {
        check(run, FAILURE, "an-unsigned-token-has-no-signature", "RFC7518-3.6",
              token[strlen(token) - 1] == '.', "there is something behind the last dot");
    } else {
        const char *problem =
            token_oracle_verify(run->jwks, token, client->secret[0] ? client->secret : NULL);
        check(run, FAILURE, "the-signature-is-good", "OIDCC-3.1.3.7-6", !problem, "%s",
              problem ? problem : "verified with a key of the JWKS");
    }
    json_t *claims = pool_json(run->pool, jws_part(token, 1));
    check(run, FAILURE, "the-token-has-claims", "RFC7519-7.2", json_is_object(claims),
          "its payload is no JSON object");
    return claims;
}

static void check_parties(struct run *run, const struct flow *flow, const json_t *claims) {
    const json_t *aud = json_object_get(claims, "aud"), *azp = json_object_get(claims, "azp");
    check_same(run, FAILURE, "iss-is-the-issuer", "OIDCC-3.1.3.7-2", text_of(claims, "iss"),
               text_of(run->discovery, "issuer"));
    check(run, FAILURE, "aud-has-the-client", "OIDCC-3.1.3.7-3",
          audience_has(aud, flow->client->id), "aud does not contain the client_id");
    check(run, FAILURE, "azp-is-there-with-several-audiences", "OIDCC-3.1.3.7-4",
          json_array_size(aud) < 2 || azp, "aud has several members, and there is no azp");
    if (azp)
        check_same(run, FAILURE, "azp-is-the-client", "OIDCC-3.1.3.7-5", text_of(claims, "azp"),
                   flow->client->id);
    const char *sub = text_of(claims, "sub");
    check(run, FAILURE, "sub-is-a-text-of-at-most-255", "OIDCC-2", sub[0] && strlen(sub) <= MAX_SUB,
          "sub has %zu characters", strlen(sub));
}

void check_id_token_times(struct run *run, const json_t *claims) {
    const json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat");
    const json_t *auth_time = json_object_get(claims, "auth_time");
    long long now = run_now();
    check(run, FAILURE, "exp-is-ahead-and-sane", "OIDCC-3.1.3.7-9",
          json_is_number(exp) && json_number_value(exp) > (double)now &&
              json_number_value(exp) < (double)(now + fifty_years),
          "exp %.0f at %lld", json_number_value(exp), now);
    check(run, FAILURE, "iat-is-now", "OIDCC-3.1.3.7-10",
          json_is_number(iat) && json_number_value(iat) > (double)(now - FIVE_MINUTES) &&
              json_number_value(iat) < (double)(now + FIVE_MINUTES),
          "iat %.0f at %lld", json_number_value(iat), now);
    if (auth_time)
        check(run, FAILURE, "auth_time-is-sane", "OIDCC-2",
              json_is_number(auth_time) && json_number_value(auth_time) > 0 &&
                  json_number_value(auth_time) <= (double)(now + FIVE_MINUTES),
              "auth_time %.0f at %lld", json_number_value(auth_time), now);
}

static void check_binding(struct run *run, const struct flow *flow, const json_t *claims) {
    const char *nonce = flow_get(flow, "nonce");
    if (nonce[0])
        check_same(run, FAILURE, "nonce-is-the-one-sent", "OIDCC-3.1.3.7-11",
                   text_of(claims, "nonce"), nonce);
    else
        check(run, FAILURE, "no-nonce-where-none-was-sent", "OIDCC-2",
              !json_object_get(claims, "nonce"), "the ID token has a nonce that was not sent");
    const json_t *acr = json_object_get(claims, "acr"), *amr = json_object_get(claims, "amr");
    if (acr)
        check(run, FAILURE, "acr-is-a-text", "OIDCC-2", text_of(claims, "acr")[0] != '\0',
              "acr is there, but no text or an empty one");
    if (amr)
        check(run, FAILURE, "amr-is-an-array", "OIDCC-2", json_is_array(amr), "amr is no array");
}

static void check_hash(struct run *run, const json_t *claims, const char *alg, const char *member,
                       const char *value, bool mandatory) {
    const char *spec = "OIDCC-3.3.2.11", *found = text_of(claims, member);
    if (!value[0])
        return;
    check(run, FAILURE, "hashes-are-there-where-they-must-be", spec, found[0] || !mandatory,
          "%s is not in the ID token", member);
    const char *expected = pool_text(run->pool, hash_half(alg, value));
    if (found[0] && expected)
        check(run, FAILURE, "hashes-fit-what-they-are-of", spec, strcmp(found, expected) == 0,
              "%s is %s, expected %s", member, found, expected);
}

/* OIDC Core 3.2.2.10 and 3.3.2.11: beside a token or code in the front the hash is mandatory. */
static void check_hashes(struct run *run, const struct flow *flow, const json_t *claims,
                         const char *alg, enum id_token_from from) {
    bool front = from == ID_TOKEN_FRONT;
    const json_t *beside = front ? flow->response : flow->tokens;
    check_hash(run, claims, alg, "at_hash", text_of(beside, "access_token"), front);
    check_hash(run, claims, alg, "c_hash", text_of(flow->response, "code"), front);
    check_hash(run, claims, alg, "s_hash", flow_get(flow, "state"), false);
}

/* Those that the claims parameter asks for in the ID token. */
static const json_t *requested_claims(struct run *run, const struct flow *flow) {
    json_t *claims = pool_json(run->pool, json_loads(flow_get(flow, "claims"), 0, NULL));
    return json_object_get(claims, "id_token");
}

json_t *check_id_token(struct run *run, const struct flow *flow, const char *token,
                       enum id_token_from from) {
    const char *registered = text_of(flow->client->metadata, "id_token_signed_response_alg");
    const char *alg = registered[0] ? registered : "RS256";
    check(run, FAILURE, "there-is-an-id-token", "OIDCC-3.1.3.3", token[0] != '\0',
          "there is no id_token");
    json_t *claims = check_signed_token(run, flow->client, token, alg);
    check_parties(run, flow, claims);
    check_id_token_times(run, claims);
    check_binding(run, flow, claims);
    check_hashes(run, flow, claims, alg, from);
    if (!flow_is_id_token_only(run))
        check_no_unrequested_claims(run, claims, requested_claims(run, flow));
    run_note(run, "ID token: %s",
             (const char *)pool_text(run->pool, json_dumps(claims, JSON_INDENT(2))));
    return claims;
}
