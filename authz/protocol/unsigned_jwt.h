/* JWTs with alg none (RFC 7519 6): request objects of clients that may send them so (OIDC Core
 * 6.1). keys/jws.h does not know them, on purpose: what is read here is nobody's word. */
#ifndef AUTHZ_PROTOCOL_UNSIGNED_JWT_H
#define AUTHZ_PROTOCOL_UNSIGNED_JWT_H

#include "common/base/str.h"

/* Whether the header names alg none. */
bool unsigned_jwt_is(struct arena *arena, str token);
/* E_jose_malformed: not three parts with an empty signature, an extension (`crit`), a bad
 * encoding. */
err unsigned_jwt_payload(struct arena *arena, str token, str *payload) MUST_CHECK;

#endif
