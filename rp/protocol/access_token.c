#include "rp/protocol/access_token.h"

#include "common/base/json_read.h"
#include "rp/protocol/jwt_claims.h"

static bool is_text(str text) {
    return !str_empty(text);
}

static err read_times(struct failure *failure, const json_t *claims, struct access_token *out) {
    const struct jwt_check check = {.failure = failure};
    TRY(jwt_time(&check, claims, "exp", &out->exp));
    TRY(jwt_time(&check, claims, "iat", &out->iat));
    TRY(jwt_time(&check, claims, "nbf", &out->nbf));
    return jwt_time(&check, claims, "auth_time", &out->auth_time);
}

/* RFC 9068 2.2: each of them is REQUIRED. */
static bool is_complete(const struct access_token *token) {
    bool is_audience = json_is_string(token->aud) || json_is_array(token->aud);
    return is_text(token->iss) && is_audience && is_text(token->sub) && is_text(token->client_id) &&
           is_text(token->jti) && token->exp != JWT_TIME_ABSENT && token->iat != JWT_TIME_ABSENT;
}

/* RFC 7800 3.1: a confirmation that is not understood must not be passed over, or a bound token
 * would be a bearer token here. */
static err read_confirmation(struct failure *failure, const json_t *cnf, struct access_token *out) {
    out->jkt = json_read_str(cnf, "jkt");
    out->x5t = json_read_str(cnf, "x5t#S256");
    size_t known = (size_t)is_text(out->jkt) + (size_t)is_text(out->x5t);
    HOLD(failure, confirmation_is_known, !cnf || (known && known == json_object_size(cnf)));
    return OK;
}

/* RFC 7515 4.1.9: "application/" may be left out; media types compare without case. */
static bool is_at_jwt(str typ) {
    return str_eq_nocase(typ, S("at+jwt")) || str_eq_nocase(typ, S("application/at+jwt"));
}

err access_token_read(struct failure *failure, str typ, const json_t *claims,
                      struct access_token *out) {
    HOLD(failure, token_is_for_access, is_at_jwt(typ));
    *out = (struct access_token){
        .iss = json_read_str(claims, "iss"),
        .sub = json_read_str(claims, "sub"),
        .client_id = json_read_str(claims, "client_id"),
        .jti = json_read_str(claims, "jti"),
        .scope = json_read_str(claims, "scope"),
        .acr = json_read_str(claims, "acr"),
        .aud = json_object_get(claims, "aud"),
    };
    TRY(read_times(failure, claims, out));
    HOLD(failure, access_token_is_complete, is_complete(out));
    return read_confirmation(failure, json_object_get(claims, "cnf"), out);
}

static bool is_for(const json_t *aud, str audience) {
    const json_t *item;
    size_t i;
    if (json_is_string(aud))
        return str_eq(str_of(json_string_value(aud), json_string_length(aud)), audience);
    json_array_foreach(aud, i, item) {
        if (str_eq(str_of(json_string_value(item), json_string_length(item)), audience))
            return true;
    }
    return false;
}

/* Whole words: "read" is not in "read:all" (RFC 6749 3.3). */
static bool reaches(str scope, str needed) {
    str word;
    while (str_next(&needed, ' ', &word))
        if (!str_empty(word) && !str_has_word(scope, word))
            return false;
    return true;
}

/* RFC 9470 4: whoever lacks it is asked to authenticate again, or better. */
static err judge_authentication(struct failure *failure, const struct access_token *token,
                                const struct access_expected *e) {
    HOLD(failure, access_acr_is_enough,
         str_empty(e->acr_values) ||
             (is_text(token->acr) && str_has_word(e->acr_values, token->acr)));
    int64_t oldest = e->now - e->skew - e->max_age;
    HOLD(failure, access_auth_is_recent,
         e->max_age < 0 || (token->auth_time >= 0 && token->auth_time >= oldest));
    return OK;
}

err access_token_judge(struct failure *failure, const struct access_token *token,
                       const struct access_expected *e) {
    int64_t latest = e->now + e->skew;
    HOLD(failure, token_iss_matches, str_eq(token->iss, e->issuer));
    HOLD(failure, access_token_is_for_us, is_for(token->aud, e->aud));
    HOLD(failure, token_not_expired, token->exp > e->now - e->skew);
    HOLD(failure, token_iat_is_past, token->iat <= latest);
    HOLD(failure, token_nbf_is_past, token->nbf <= latest);
    HOLD(failure, access_token_reaches, reaches(token->scope, e->scope));
    return judge_authentication(failure, token, e);
}
