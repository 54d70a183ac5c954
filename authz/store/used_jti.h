/* The jti of JWTs that may be used once (RFC 7523 3, RFC 7519 4.1.7), until they have expired. */
#ifndef AUTHZ_STORE_USED_JTI_H
#define AUTHZ_STORE_USED_JTI_H

#include "authz/store/store.h"

/* Durable. `hash`: SHA-256 over everything that makes it unique. E_conflict: it was used before. */
err used_jti_add(struct store *store, str hash, int64_t expires_ms) MUST_CHECK;

#endif
