/* Why a redirect_uri is none of the registered ones: which byte differs from the nearest, and what
 * that usually comes from. For the developer who asks, not for the protocol. */
#ifndef AUTHZ_PROTOCOL_REDIRECT_URI_DIFFERENCE_H
#define AUTHZ_PROTOCOL_REDIRECT_URI_DIFFERENCE_H

#include "authz/protocol/redirect_uri.h"

struct redirect_uri_difference {
    bool matches;
    str registered;      /* the one that matches, or the nearest; absent: none is registered */
    str rule;            /* "exact", "normalised" or "loopback_port": how it matches */
    size_t at;           /* the first byte that differs, from 0 */
    str expected, found; /* that character of either; empty: the text ends there */
    const char *hint;    /* one sentence, or NULL */
};

/* `out` points into what was given. */
err redirect_uri_compare(struct arena *arena, const struct redirect_uri_rules *rules,
                         const str *registered, size_t n, str requested,
                         struct redirect_uri_difference *out) MUST_CHECK;

#endif
