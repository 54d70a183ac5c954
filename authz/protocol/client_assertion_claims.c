#include "authz/protocol/client_assertion_claims.h"

#include <assert.h>

#include "authz/protocol/jwt_claims.h"

static const struct policy {
    str name;
    size_t count;
    bool one_string;
} policies[] = {
#define ASSERTION_AUDIENCE(id, name, count, one_string) {S_INIT(name), count, one_string},
#include "authz/protocol/assertion_audiences.def"
#undef ASSERTION_AUDIENCE
};

enum assertion_audience assertion_audience_from(str name) {
    size_t i = 0;
    while (i < ASSERTION_AUDIENCES && !str_eq(name, policies[i].name))
        i++;
    assert(i < ASSERTION_AUDIENCES);
    return (enum assertion_audience)i;
}

static err check_audience(const json_t *claims, const struct client_assertion_rules *rules) {
    const struct policy *policy = &policies[rules->policy];
    bool named = jwt_claims_audience(claims, rules->audiences, policy->count, policy->one_string);
    REQUIRE(named || !policy->one_string, invalid_client,
            "aud of client_assertion must be the issuer, as one string");
    REQUIRE(named, invalid_client,
            "aud of client_assertion names neither the issuer nor the token endpoint");
    return OK;
}

static err check_times(const json_t *claims, const struct client_assertion_rules *rules,
                       int64_t *expires_s) {
    const char *why;
    if (!jwt_claims_times(claims, rules->now_s, &why))
        return (err){E_invalid_client, why, ERR_AT};
    REQUIRE(jwt_claims_expiry(claims, rules->now_s + CLIENT_ASSERTION_MAX_S, expires_s),
            invalid_client, "exp of client_assertion is missing, or more than an hour ahead");
    return OK;
}

err client_assertion_claims_check(const json_t *claims, const struct client_assertion_rules *rules,
                                  struct client_assertion_claims *out) {
    REQUIRE(str_eq(json_read_str(claims, "iss"), rules->client_id) &&
                str_eq(json_read_str(claims, "sub"), rules->client_id),
            invalid_client, "iss and sub of client_assertion must be the client_id");
    TRY(check_audience(claims, rules));
    TRY(check_times(claims, rules, &out->expires_s));
    out->jti = json_read_str(claims, "jti");
    REQUIRE(!str_empty(out->jti), invalid_client, "client_assertion has no jti");
    return OK;
}
