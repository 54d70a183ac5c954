/* A right password that waits for the second factor: five minutes, a few attempts, one use. */
#ifndef CORE_STORE_CHALLENGE_H
#define CORE_STORE_CHALLENGE_H

#include "core/world.h"

/* The token to show once, and its stored form. */
err challenge_make(struct arena *arena, str *token, str *hash) MUST_CHECK;
/* The rest inside a transaction. */
err challenge_put(struct tx *tx, str hash, str user_id, int64_t now_ms) MUST_CHECK;
/* Whose it is. E_INVALID_TOKEN: unknown, used, expired or tried too often. */
err challenge_user(struct tx *tx, struct arena *arena, str hash, int64_t now_ms,
                   str *user_id) MUST_CHECK;
err challenge_failed(struct tx *tx, str hash) MUST_CHECK;
/* E_INVALID_TOKEN: somebody else used it. */
err challenge_use(struct tx *tx, str hash) MUST_CHECK;

#endif
