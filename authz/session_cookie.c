#include "authz/session_cookie.h"

#include "authz/authz.h"

static const struct {
    str secure, plain;
} names[] = {
    [COOKIE_SESSION] = {S_INIT("__Host-hk_session"), S_INIT("hk_session")},
    [COOKIE_INTERACTIONS] = {S_INIT("__Host-hk_ix"), S_INIT("hk_ix")},
};

static bool is_secure(const struct request *rq) {
    return rq->secure || str_starts(authz_of(rq)->issuer, S("https://"));
}

static str name_of(const struct request *rq, enum session_cookie which) {
    return is_secure(rq) ? names[which].secure : names[which].plain;
}

str session_cookie_get(const struct request *rq, enum session_cookie which) {
    return request_cookie(rq, name_of(rq, which));
}

err session_cookie_set(const struct request *rq, struct response *rs, enum session_cookie which,
                       str value, int64_t max_age_s) {
    str name = name_of(rq, which), text;
    TRY(str_printf(rq->arena, &text, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                   STR_FMT(name), STR_FMT(value), (long long)(str_empty(value) ? 0 : max_age_s),
                   is_secure(rq) ? "; Secure" : ""));
    response_header(rs, "Set-Cookie", text);
    return OK;
}
