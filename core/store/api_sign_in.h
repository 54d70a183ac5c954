/* The sign-ins of the account API as people see them: one for each family of tokens. */
#ifndef CORE_STORE_API_SIGN_IN_H
#define CORE_STORE_API_SIGN_IN_H

#include "core/store/api_token.h"

enum { API_SIGN_INS_MAX = 100 }; /* that are listed: the last used */

struct api_sign_in {
    str id, user_agent, remote; /* the last two may be absent */
    int64_t created_ms, used_ms;
};

/* Notes at the token that `rq` makes who asks for it. */
void api_sign_in_from(const struct request *rq, struct api_token *token);
/* Inside a transaction: tokens were given out, the first or further ones. */
err api_sign_in_put(struct tx *tx, const struct api_token *token, int64_t now_ms) MUST_CHECK;
/* A token was used: written down if that is ten minutes ago, and where a call may wait. E_defer: do
 * it on a worker. That it cannot be written down stops nobody. */
err api_sign_in_note_use(const struct request *rq, const struct api_token *token) MUST_CHECK;
/* Those that are alive, the last used first. */
err api_sign_in_list(struct request *rq, str user_id, struct api_sign_in **out,
                     size_t *n) MUST_CHECK;
/* Ends one. E_not_found: this user has no such. */
err api_sign_in_end(struct request *rq, str user_id, str id) MUST_CHECK;

#endif
