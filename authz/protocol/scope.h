/* Scopes: lists of case-sensitive words separated by single spaces (RFC 6749 3.3).
 *
 * The words that this server knows are in scopes.def. Results keep the order of their first
 * argument and hold no word twice. Absent counts as empty. */
#ifndef AUTHZ_PROTOCOL_SCOPE_H
#define AUTHZ_PROTOCOL_SCOPE_H

#include "common/base/str.h"

enum { SCOPE_MAX = 1024 }; /* bytes of a list */

/* Every word of scopes.def, in its order. */
str scope_all(void);
bool scope_known(str word);
/* E_invalid_scope: a character outside %x21 / %x23-5B / %x5D-7E, two spaces together or at an end,
 * an empty or an overlong list. Says nothing about whether the words are known. */
err scope_check(str scope) MUST_CHECK;
/* Whether each word of `narrow` is in `wide`. */
bool scope_within(str narrow, str wide);
/* The words of `scope` that are in `allowed`: OIDC Core 3.1.2.1 ignores the others. May come out
 * empty. */
err scope_intersect(struct arena *arena, str scope, str allowed, str *out) MUST_CHECK;
/* The words of both. */
err scope_union(struct arena *arena, str a, str b, str *out) MUST_CHECK;

#endif
