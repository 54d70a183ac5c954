#include "authz/session_cookie.h"

#include "authz/authz.h"

#define OURS "; HttpOnly; SameSite=Lax"

static const struct {
    str secure, plain;                      /* names */
    const char *secure_flags, *plain_flags; /* None without Secure is refused by browsers */
} cookies[] = {
    [COOKIE_SESSION] = {S_INIT("__Host-hk_session"), S_INIT("hk_session"), OURS "; Secure", OURS},
    [COOKIE_INTERACTIONS] = {S_INIT("__Host-hk_ix"), S_INIT("hk_ix"), OURS "; Secure", OURS},
    [COOKIE_BROWSER_STATE] = {S_INIT("__Host-hk_state"), S_INIT("hk_state"),
                              "; SameSite=None; Secure", "; SameSite=Lax"},
    [COOKIE_ACCOUNT] = {S_INIT("__Host-hk_account"), S_INIT("hk_account"), OURS "; Secure", OURS},
    [COOKIE_FLASH] = {S_INIT("__Host-hk_flash"), S_INIT("hk_flash"), OURS "; Secure", OURS},
};

static bool is_secure(const struct request *rq) {
    return rq->secure || str_starts(authz_of(rq)->issuer, S("https://"));
}

str session_cookie_name(const struct request *rq, enum session_cookie which) {
    return is_secure(rq) ? cookies[which].secure : cookies[which].plain;
}

str session_cookie_get(const struct request *rq, enum session_cookie which) {
    return request_cookie(rq, session_cookie_name(rq, which));
}

err session_cookie_set(const struct request *rq, struct response *rs, enum session_cookie which,
                       str value, int64_t max_age_s) {
    str name = session_cookie_name(rq, which), text;
    TRY(str_printf(rq->arena, &text, "%.*s=%.*s; Path=/; Max-Age=%lld%s", STR_FMT(name),
                   STR_FMT(value), (long long)(str_empty(value) ? 0 : max_age_s),
                   is_secure(rq) ? cookies[which].secure_flags : cookies[which].plain_flags));
    response_header(rs, "Set-Cookie", text);
    return OK;
}
