#include "authz/access_token.h"

#include "authz/config.h"
#include "authz/subject.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "keys/ring.h"

enum { PAYLOAD_MAX = 4096, JTI_BYTES = 16 };

#define TYP     S("at+jwt")
#define REFUSED "the access token is not valid any more or was not made here"

/* --- making --------------------------------------------------------------------------------- */

static int64_t life_s(const struct authz *authz, const struct grant *grant, int64_t now_ms) {
    int64_t left = (grant->expires_ms - now_ms) / 1000;
    int64_t wanted = authz->config->access_token_lifetime;
    return wanted < left ? wanted : left;
}

/* RFC 9068 2.2 */
static err write_claims(const struct authz *authz, struct arena *arena,
                        const struct access_token_plan *plan, const int64_t life[2], str *out) {
    const struct grant *grant = plan->grant;
    str jti, sub;
    TRY(subject_of(authz, arena, plan->client, grant->user_id, &sub));
    TRY(random_token(arena, S(""), JTI_BYTES, &jti));
    struct json_put j = json_put_begin(arena, PAYLOAD_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", authz->issuer);
    json_put_str(&j, "sub", sub);
    json_put_str(&j, "aud", authz->issuer);
    json_put_str(&j, "client_id", grant->client_id);
    json_put_str(&j, "scope", plan->scope);
    json_put_int(&j, "iat", life[0]);
    json_put_int(&j, "exp", life[1]);
    json_put_str(&j, "jti", jti);
    json_put_int(&j, "auth_time", grant->signed_in_ms / 1000);
    json_put_str(&j, "acr", grant->acr);
    if (!str_empty(grant->amr))
        json_put_words(&j, "amr", grant->amr);
    json_put_str(&j, "sid", grant->sid);
    json_put_str(&j, "gid", grant->id);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err access_token_make(const struct authz *authz, struct arena *arena,
                      const struct access_token_plan *plan, int64_t now_ms,
                      struct access_token_made *out) {
    str payload;
    out->expires_in_s = life_s(authz, plan->grant, now_ms);
    const int64_t iat = now_ms / 1000, life[] = {iat, iat + out->expires_in_s};
    TRY(write_claims(authz, arena, plan, life, &payload));
    return ring_sign(authz->ring, JOSE_ES256, TYP, payload, arena, &out->text);
}

/* --- checking ------------------------------------------------------------------------------- */

/* RFC 7519 4.1.3: one string or a list of them. */
static bool names_audience(const json_t *claims, str issuer) {
    const json_t *aud = json_object_get(claims, "aud"), *item;
    size_t i;
    if (json_is_string(aud))
        return str_eq(json_read_str(claims, "aud"), issuer);
    json_array_foreach(aud, i, item) {
        if (json_is_string(item) &&
            str_eq(str_of(json_string_value(item), json_string_length(item)), issuer))
            return true;
    }
    return false;
}

static err read_claims(const struct authz *authz, struct arena *arena, str payload, int64_t now_ms,
                       struct access_token *out) {
    AUTO(json_ref) claims = NULL;
    int64_t exp = 0;
    REQUIRE(!failed(json_read_object(payload, &claims)), invalid_token, REFUSED);
    REQUIRE(str_eq(json_read_str(claims, "iss"), authz->issuer), invalid_token, REFUSED);
    REQUIRE(names_audience(claims, authz->issuer), invalid_token, REFUSED);
    REQUIRE(json_read_int(claims, "exp", &exp) && now_ms / 1000 < exp, invalid_token,
            "the access token has expired");
    TRY(str_dup(arena, json_read_str(claims, "sub"), &out->sub));
    TRY(str_dup(arena, json_read_str(claims, "client_id"), &out->client_id));
    TRY(str_dup(arena, json_read_str(claims, "scope"), &out->scope));
    return str_dup(arena, json_read_str(claims, "gid"), &out->grant_id);
}

/* A name that is not the user's id is the one that the client knows the user by. */
static err check_subject(const struct authz *authz, struct arena *arena, const struct grant *grant,
                         str sub) {
    struct client client = {0};
    str expected;
    if (str_eq(sub, grant->user_id))
        return OK;
    err e = client_get(authz->store, arena, grant->client_id, &client);
    REQUIRE(!err_is(e, E_not_found), invalid_token, REFUSED);
    TRY(e);
    TRY(subject_of(authz, arena, &client, grant->user_id, &expected));
    REQUIRE(str_eq(sub, expected), invalid_token, REFUSED);
    return OK;
}

static err check_grant(const struct authz *authz, struct arena *arena, int64_t now_ms,
                       struct access_token *token) {
    struct grant grant = {0};
    REQUIRE(str_present(token->grant_id), invalid_token, REFUSED);
    err e = grant_get(authz->store, arena, token->grant_id, &grant);
    REQUIRE(!err_is(e, E_not_found), invalid_token, REFUSED);
    TRY(e);
    REQUIRE(grant_alive(&grant, now_ms) && str_eq(grant.client_id, token->client_id), invalid_token,
            REFUSED);
    TRY(check_subject(authz, arena, &grant, token->sub));
    token->user_id = grant.user_id;
    token->signed_in_ms = grant.signed_in_ms;
    token->claims = grant.userinfo_claims;
    return OK;
}

err access_token_check(const struct authz *authz, struct arena *arena, str token, int64_t now_ms,
                       struct access_token *out) {
    str payload;
    err e = ring_verify(authz->ring, JOSE_ES256, TYP, token, arena, &payload);
    if (err_is(e, E_no_memory))
        return e;
    REQUIRE(!failed(e), invalid_token, REFUSED);
    TRY(read_claims(authz, arena, payload, now_ms, out));
    return check_grant(authz, arena, now_ms, out);
}

/* --- finding it in a request ---------------------------------------------------------------- */

/* RFC 6750 2.2: in a form, and not with GET. A repeated one is refused. */
static err from_form(struct request *rq, str *out) {
    struct form form;
    *out = STR_ABSENT;
    if (rq->method != HTTP_POST ||
        !str_eq_nocase(request_media_type(rq), S("application/x-www-form-urlencoded")))
        return OK;
    TRY(form_parse(rq->arena, rq->body, &form));
    TRY(form_unique(&form, STR_ABSENT));
    *out = form_get(&form, S("access_token"));
    return OK;
}

/* RFC 9700 4.3.2: a token in the query ends up in logs. The name alone, in any encoding, is
 * refused. */
static err none_in_query(struct request *rq) {
    struct form query;
    if (!str_present(rq->query))
        return OK;
    TRY(form_parse(rq->arena, rq->query, &query));
    REQUIRE(!str_present(form_get(&query, S("access_token"))), invalid_request,
            "an access token must not be sent in the query");
    return OK;
}

err access_token_of(struct request *rq, struct access_token *out) {
    str header = request_authorization(rq, S("Bearer")), body;
    REQUIRE(!request_header_repeated(rq, S("Authorization")), invalid_request,
            "Authorization comes more than once");
    TRY(none_in_query(rq));
    TRY(from_form(rq, &body));
    REQUIRE(!str_present(header) || !str_present(body), invalid_request,
            "the access token is sent in two ways at once");
    str token = str_present(header) ? header : body;
    REQUIRE(str_present(token), unauthorized, "an access token is needed");
    return access_token_check(authz_of(rq), rq->arena, token, rq->now_ms, out);
}
