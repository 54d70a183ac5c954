/* Refresh tokens: stored as SHA-256 alone, a family of them belongs to one grant.
 *
 * Those of confidential clients stay the same and slide. Those of public clients are rotated (RFC
 * 9700 2.2.2): each use makes the successor, and the old one coming back tells of a theft. */
#ifndef AUTHZ_STORE_REFRESH_TOKEN_H
#define AUTHZ_STORE_REFRESH_TOKEN_H

#include "authz/store/grant.h"

struct refresh_token {
    struct grant grant;
    int64_t expires_ms;
    bool rotated;
};

/* E_not_found: never was, or was removed after it expired; also when its client is gone. */
err refresh_token_get(struct store *store, struct arena *arena, str hash,
                      struct refresh_token *out) MUST_CHECK;
/* Moves its end, never to an earlier time. */
err refresh_token_slide(struct store *store, str hash, int64_t expires_ms) MUST_CHECK;

struct rotation {
    str hash, successor_hash;
    str grant_id;
    int64_t now_ms;
    int64_t successor_expires_ms;
    int64_t grace_ms;
    const struct audit_entry *audit; /* of a reuse; may be NULL */
};
/* One transaction. *reused is false when the successor is to be given out: it was made now, or
 * within the grace by a first try whose answer may be lost. In every other case the token is
 * reused: the grant is revoked and durable by then (RFC 9700 4.14.2). */
err refresh_token_rotate(struct store *store, const struct rotation *rotation,
                         bool *reused) MUST_CHECK;

#endif
