/* What a refresh gave, for the other sessions that hold the same refresh token: it may work only
 * once. Kept for a few seconds, a bounded number; tokens are wiped when they go. */
#ifndef RP_ENGINE_REFRESHED_H
#define RP_ENGINE_REFRESHED_H

#include "rp/engine/op.h"

struct refreshed {
    str access_token, token_type, refresh_token, id_token, scope;
    str authorization_details, id_claims; /* JSON */
    int64_t expires_at;
    err problem; /* how it failed, for those that waited; then the texts are absent */
    struct failure failure;
};

/* Copies what belongs to the refresh token of that hash, in place of what was there. */
err refreshed_keep(struct hk_op *op, const struct sha256 *key,
                   const struct refreshed *refreshed) MUST_CHECK;
/* With rp->lock held: NULL when there is none. Borrowed, until the lock is let go. */
const struct refreshed *refreshed_find(struct hk_op *op, const struct sha256 *key);
/* With rp->lock held. */
void refreshed_forget(struct hk_rp *rp, const struct sha256 *key);
/* Copies the texts into the op's arena. */
err refreshed_copy(struct hk_op *op, const struct refreshed *from,
                   struct refreshed *out) MUST_CHECK;
void refreshed_free(struct hk_rp *rp);

#endif
