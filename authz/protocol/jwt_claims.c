#include "authz/protocol/jwt_claims.h"

bool jwt_typ_fits(str typ, str own) {
    str prefix = S("application/");
    if (str_eq_nocase(str_head(typ, prefix.n), prefix))
        typ = str_from_pos(typ, prefix.n);
    return !str_present(typ) || str_eq_nocase(typ, S("JWT")) || str_eq_nocase(typ, own);
}

static bool is_one_of(const json_t *text, const str *list, size_t n) {
    bool found = false;
    for (size_t i = 0; json_is_string(text) && i < n; i++)
        found |= str_eq(str_of(json_string_value(text), json_string_length(text)), list[i]);
    return found;
}

bool jwt_claims_audience(const json_t *claims, const str *audiences, size_t n, bool one_string) {
    const json_t *aud = json_object_get(claims, "aud"), *item;
    size_t i;
    bool found = is_one_of(aud, audiences, n), strings = true;
    if (!json_is_array(aud) || one_string)
        return found;
    json_array_foreach(aud, i, item) {
        strings &= json_is_string(item);
        found |= is_one_of(item, audiences, n);
    }
    return found && strings;
}

/* RFC 7519 2: a NumericDate may have a fraction. False: there, but no number. */
static bool read_date(const json_t *claims, const char *name, double absent, double *out) {
    const json_t *value = json_object_get(claims, name);
    *out = json_is_number(value) ? json_number_value(value) : absent;
    return !value || json_is_number(value);
}

bool jwt_claims_times(const json_t *claims, int64_t now_s, const char **why) {
    double now = (double)now_s, exp, nbf, iat;
    bool numbers = read_date(claims, "exp", now + 1, &exp);
    numbers &= read_date(claims, "nbf", now, &nbf);
    numbers &= read_date(claims, "iat", now, &iat);
    const char *wrong = NULL;
    if (!numbers)
        wrong = "exp, nbf and iat must be numbers of seconds";
    else if (exp <= now)
        wrong = "the JWT has expired";
    else if (nbf > now + JWT_AHEAD_S || iat > now + JWT_AHEAD_S)
        wrong = "the JWT is from the future: nbf or iat is more than a minute ahead";
    *why = wrong;
    return !wrong;
}

bool jwt_claims_expiry(const json_t *claims, int64_t last_s, int64_t *expires_s) {
    double exp;
    if (!read_date(claims, "exp", (double)last_s + 1, &exp) || exp > (double)last_s)
        return false;
    *expires_s = (int64_t)exp + 1;
    return true;
}
