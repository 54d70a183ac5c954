/* The cookies of a browser: who is signed in there, which interactions it has begun, a random
 * word that changes with who is signed in (browser_state.h); and of our own pages, which of the
 * accounts is looked at (account/area.h) and what was just done (account/flash.h).
 *
 * HttpOnly, SameSite=Lax, Path=/, no Domain; Secure under the prefix __Host- (RFC 6265bis 4.1.3.2),
 * which no other host and no http page can set. On an http loopback issuer, in development, the
 * names are plain. The word is for a script in a frame of other sites: not HttpOnly, and
 * SameSite=None where it may be. */
#ifndef AUTHZ_SESSION_COOKIE_H
#define AUTHZ_SESSION_COOKIE_H

#include "common/http/http.h"

enum session_cookie {
    COOKIE_SESSION,
    COOKIE_INTERACTIONS,
    COOKIE_BROWSER_STATE,
    COOKIE_ACCOUNT,
    COOKIE_FLASH
};

/* Its name in Set-Cookie. Static. */
str session_cookie_name(const struct request *rq, enum session_cookie which);
/* Absent if the browser sent none. */
str session_cookie_get(const struct request *rq, enum session_cookie which);
/* Adds the Set-Cookie header. An empty value takes the cookie away. */
err session_cookie_set(const struct request *rq, struct response *rs, enum session_cookie which,
                       str value, int64_t max_age_s) MUST_CHECK;

#endif
