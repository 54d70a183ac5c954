#include "rp/flows/token_user.h"

#include "common/base/json_read.h"
#include "rp/engine/metadata.h"
#include "rp/engine/session.h"
#include "rp/flows/userinfo.h"
#include "rp/protocol/claims_merge.h"

/* Without an ID token the user is known by userinfo alone. */
static bool wants_userinfo(const struct hk_op *op, const struct token_user *user) {
    const struct options *options = &op->rp->settings.options;
    bool possible = str_present(user->tokens->access_token) &&
                    str_present(metadata_str(op, "userinfo_endpoint"));
    switch ((enum userinfo_when)options->userinfo) {
    case USERINFO_OFF:
        return false;
    case USERINFO_REQUIRE:
        return true;
    case USERINFO_AUTO:
        break;
    }
    if (options->profile == PROFILE_HITKEY_V1)
        return true;
    return possible && str_has_word(user->scope, S("openid"));
}

err token_user_push(struct hk_op *op, struct token_user *user) {
    if (!wants_userinfo(op, user))
        return OK;
    HOLD(&op->failure, userinfo_is_possible, str_present(user->tokens->access_token));
    return userinfo_push(op, user->tokens->access_token, user->tokens->token_type, user->dpop_key,
                         json_read_str(user->id_claims, "sub"), &user->userinfo);
}

err token_user_fill(const struct token_user *user, hk_session *session) {
    json_t *claims;
    TRY(claims_merge(user->id_claims, user->userinfo, &claims));
    json_decref(session->claims);
    session->claims = claims;
    session->id_claims = json_incref(user->id_claims);
    TRY(session_text(session, json_read_str(claims, "sub"), &session->sub));
    TRY(session_text(session, json_read_str(claims, "sid"), &session->sid));
    if (!str_present(session->scope)) /* RFC 6749 5.1: it is what was asked for */
        TRY(session_text(session, user->scope, &session->scope));
    return session_claims_done(session);
}
