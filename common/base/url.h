/* Absolute URLs, taken apart but not changed (RFC 3986). */
#ifndef COMMON_BASE_URL_H
#define COMMON_BASE_URL_H

#include "common/base/str.h"

struct url {
    str scheme;   /* as written; compare without case */
    str userinfo; /* absent if there is none */
    str host;     /* without the brackets of an IPv6 literal; absent without "//" */
    str port;     /* absent if there is none */
    str path;     /* may be empty */
    str query;    /* absent without "?" */
    str fragment; /* absent without "#" */
};

/* E_bad_request: no scheme, a character that RFC 3986 does not allow, a bad escape or port. The
 * parts point into `text`. */
err url_parse(str text, struct url *out) MUST_CHECK;
/* http with a host of 127.0.0.0/8, [::1] or localhost. */
bool url_is_loopback(const struct url *url);
/* "https://host:port", lower case, the default port left out (RFC 6454 6.2). */
err url_origin(struct arena *arena, const struct url *url, str *out) MUST_CHECK;
/* RFC 3986 6.2.2: case of scheme, host and escapes; unreserved characters decoded; dot segments
 * removed; default port dropped; an empty path is "/". */
err url_normalize(struct arena *arena, str text, str *out) MUST_CHECK;
/* `base` with the encoded query `query` appended by '?' or '&', before any fragment. */
err url_add_query(struct arena *arena, str base, str query, str *out) MUST_CHECK;

#endif
