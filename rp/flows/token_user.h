/* The user whom tokens are about: userinfo where it is wanted, and what the session says of them.
 */
#ifndef RP_FLOWS_TOKEN_USER_H
#define RP_FLOWS_TOKEN_USER_H

#include "rp/flows/token_request.h"

struct token_user {
    const struct token_response *tokens;
    const struct jwk *dpop_key; /* NULL: none */
    str scope;                  /* that was asked for */
    json_t *id_claims;          /* of the verified ID token, or NULL */
    json_t *userinfo;           /* after token_user_push; NULL: not wanted */
};

/* Pushes the call of userinfo, if the settings want it. `user` must live as long as the op. */
err token_user_push(struct hk_op *op, struct token_user *user) MUST_CHECK;
/* Claims, sub, sid and scope of the user. */
err token_user_fill(const struct token_user *user, hk_session *session) MUST_CHECK;

#endif
