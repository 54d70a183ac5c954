#include "rp/protocol/jwt_claims.h"

#include "common/base/json_read.h"

/* 9999-12-31T23:59:59Z: far from where int64 arithmetic wraps, and less than any time in
 * milliseconds. */
static const double LAST_SECOND = 253402300799.0;

/* RFC 7515 4.1.9: "application/" may be left out; media types compare without case. */
static str without_application(str typ) {
    const str prefix = S("application/");
    bool has = typ.n > prefix.n && str_eq_nocase(str_head(typ, prefix.n), prefix);
    return has ? str_from_pos(typ, prefix.n) : typ;
}

err jwt_typ(const struct jwt_check *check, const json_t *header, str own) {
    str typ = without_application(json_read_str(header, "typ"));
    bool fits = !json_object_get(header, "typ") || str_eq_nocase(typ, S("JWT")) ||
                (str_present(own) && str_eq_nocase(typ, own));
    HOLD(check->failure, token_typ_fits, fits);
    return OK;
}

err jwt_iss(const struct jwt_check *check, const json_t *claims) {
    HOLD(check->failure, token_iss_matches, str_eq(json_read_str(claims, "iss"), check->issuer));
    return OK;
}

/* What aud has in it. */
struct audience {
    bool valid, ours, others;
};

static void look_at(const struct jwt_check *check, const json_t *value, struct audience *out) {
    str one = str_of(json_string_value(value), json_string_length(value));
    out->valid = out->valid && !str_empty(one);
    if (str_eq(one, check->client_id))
        out->ours = true;
    else if (!str_has_word(check->audiences, one))
        out->others = true;
}

static struct audience audience_of(const struct jwt_check *check, const json_t *aud) {
    struct audience out = {.valid = json_is_string(aud) || json_array_size(aud)};
    const json_t *item;
    size_t i;
    if (!json_is_array(aud))
        look_at(check, aud, &out);
    json_array_foreach(aud, i, item) {
        look_at(check, item, &out);
    }
    return out;
}

err jwt_aud(const struct jwt_check *check, const json_t *claims) {
    struct audience audience = audience_of(check, json_object_get(claims, "aud"));
    HOLD(check->failure, token_aud_is_text, audience.valid);
    HOLD(check->failure, token_aud_has_us, audience.ours);
    HOLD(check->failure, token_aud_is_ours_alone, !audience.ours || !audience.others);
    return OK;
}

err jwt_time(const struct jwt_check *check, const json_t *claims, const char *name, int64_t *out) {
    const json_t *value = json_object_get(claims, name);
    double seconds = json_number_value(value);
    bool in_range = seconds >= 0 && seconds <= LAST_SECOND;
    *out = json_is_number(value) && in_range ? (int64_t)seconds : JWT_TIME_ABSENT;
    HOLD(check->failure, token_times_are_numbers, !value || *out != JWT_TIME_ABSENT);
    return OK;
}

err jwt_times(const struct jwt_check *check, const json_t *claims, bool required) {
    int64_t exp, iat, nbf, earliest = check->now - check->skew, latest = check->now + check->skew;
    TRY(jwt_time(check, claims, "exp", &exp));
    TRY(jwt_time(check, claims, "iat", &iat));
    TRY(jwt_time(check, claims, "nbf", &nbf));
    HOLD(check->failure, token_exp_present, !required || exp != JWT_TIME_ABSENT);
    HOLD(check->failure, token_iat_present, !required || iat != JWT_TIME_ABSENT);
    HOLD(check->failure, token_not_expired, exp == JWT_TIME_ABSENT || exp > earliest);
    HOLD(check->failure, token_iat_is_past, iat <= latest);
    HOLD(check->failure, token_nbf_is_past, nbf <= latest);
    return OK;
}
