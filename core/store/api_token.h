/* API Bearer tokens and the refresh tokens that rotate behind them. */
#ifndef CORE_STORE_API_TOKEN_H
#define CORE_STORE_API_TOKEN_H

#include "core/world.h"

struct api_token {
    str token, refresh_token; /* shown once */
    str hash, refresh_hash;
    str family, user_id, amr;
    int64_t signed_in_ms;
    str user_agent, remote; /* of who gets it: api_sign_in_from */
    int64_t used_ms; /* of a token that was checked: when its sign-in was last noted as used */
};

/* Makes the texts and hashes; nothing is stored yet. */
err api_token_make(struct arena *arena, struct api_token *out) MUST_CHECK;
/* Inside a transaction. */
err api_token_put(struct tx *tx, const struct api_token *token, int64_t now_ms) MUST_CHECK;
/* Ends every sign-in of the user but the one of `family` (absent: every one). */
err api_token_end_others(struct tx *tx, str user_id, str family) MUST_CHECK;
/* Who holds it. E_unauthorized. Reads only. */
err api_token_check(struct core *core, struct arena *arena, str token, int64_t now_ms,
                    struct api_token *out) MUST_CHECK;
/* Uses a refresh token up and stores the successor `next`. E_unauthorized: unknown, expired, or
 * used before: then its whole family has ended, durably. */
err api_token_rotate(struct core *core, str refresh_token, int64_t now_ms, struct arena *arena,
                     struct api_token *next) MUST_CHECK;
/* Ends this sign-in. */
err api_token_end(struct core *core, str family) MUST_CHECK;

#endif
