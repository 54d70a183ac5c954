/* The cookies of sign-ins that have begun: how they are named and set, and which of them must go so
 * that a browser does not collect more than the site's servers take in a header.
 *
 * The value is "<when it began>.<what it keeps>"; the time is for choosing the oldest, nothing
 * else. The cookie that counts as a sign-in's is found by its whole name. */
#ifndef RP_PROTOCOL_LOGIN_COOKIE_H
#define RP_PROTOCOL_LOGIN_COOKIE_H

#include "common/base/str.h"

/* Browsers hold a cookie to its prefix: __Host- is of this host, path / and TLS; __Secure- of TLS
 * (RFC 6265bis 4.1.3). Without TLS, on loopback, there is neither. */
enum login_cookie_kind { LOGIN_COOKIE_HOST, LOGIN_COOKIE_SECURE, LOGIN_COOKIE_PLAIN };
enum { LOGIN_COOKIE_KINDS = 3 };

/* The name for that state: a prefix and a hash of it. */
err login_cookie_name(struct arena *arena, enum login_cookie_kind kind, str state,
                      str *out) MUST_CHECK;
/* Whether a cookie of that name is one of a sign-in. */
bool login_cookie_is(str name);

struct login_cookie {
    str name, value, path;
    int64_t max_age; /* seconds; 0 ends it */
    bool posted;     /* the answer comes by POST from the provider's page (form_post) */
};
/* The value of a Set-Cookie header. */
err login_cookie_set(struct arena *arena, const struct login_cookie *cookie, str *out) MUST_CHECK;

/* Takes the time off the front of a value; 0 when there is none. */
int64_t login_cookie_started(str *value);
/* The names of those in the Cookie header that must end so that `keep` are left: the oldest. `out`
 * has room for `room` names; *n of them are found. */
void login_cookie_surplus(str cookies, size_t keep, str *out, size_t room, size_t *n);

#endif
