/* Redirect URIs: what may be registered, and which registered one a request means.
 *
 * The registered strings decide (RFC 9700 2.1): exactly, with two exceptions. Clients of the HitKey
 * API match after RFC 3986 normalisation, but are sent to the registered string. Loopback literals
 * of native clients match with any port, which is then used (RFC 8252 7.3). */
#ifndef AUTHZ_PROTOCOL_REDIRECT_URI_H
#define AUTHZ_PROTOCOL_REDIRECT_URI_H

#include "common/base/str.h"

enum { REDIRECT_URI_MAX = 2000 };

struct redirect_uri_rules {
    bool normalise;     /* a client of the HitKey API */
    bool native;        /* application_type native */
    bool loopback_http; /* registration: http on a loopback host is fine */
};

/* Whether it may be registered: absolute, without fragment and user information; https; http on a
 * loopback host for native clients and where the rules allow it; a private-use scheme with a dot
 * for native ones (RFC 8252 7.1). E_invalid_redirect_uri. */
err redirect_uri_check(str uri, const struct redirect_uri_rules *rules) MUST_CHECK;
/* Finds `requested` among the registered ones; *target is where to send the browser.
 * E_invalid_redirect_uri: it is none of them. */
err redirect_uri_find(struct arena *arena, const struct redirect_uri_rules *rules,
                      const str *registered, size_t n, str requested, str *target) MUST_CHECK;
/* RFC 6749 4.1.3: the token request repeats the URI of the authorization request, which led to
 * `target`. E_invalid_grant. */
err redirect_uri_repeat(struct arena *arena, const struct redirect_uri_rules *rules, str target,
                        str repeated) MUST_CHECK;

#endif
