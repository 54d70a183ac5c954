#include "rp/protocol/logout_token.h"

#include "common/base/json_read.h"
#include "rp/protocol/id_token_claims.h"

#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"

static bool is_text(const json_t *claims, const char *name) {
    return !str_empty(json_read_str(claims, name));
}

/* 2.6, step 5: whom or which session it ends, or both. */
static err subject(const struct jwt_check *check, const json_t *claims) {
    bool has_sub = json_object_get(claims, "sub"), has_sid = json_object_get(claims, "sid");
    HOLD(check->failure, logout_names_a_session,
         (has_sub || has_sid) && (!has_sid || is_text(claims, "sid")));
    return has_sub ? id_token_sub(check, claims) : OK;
}

err logout_token_claims(const struct jwt_check *check, const json_t *header, const json_t *claims) {
    const json_t *event = json_object_get(json_object_get(claims, "events"), LOGOUT_EVENT);
    TRY(jwt_typ(check, header, S("logout+jwt")));
    TRY(jwt_iss(check, claims));
    TRY(jwt_aud(check, claims));
    TRY(jwt_times(check, claims, true));
    HOLD(check->failure, logout_has_jti, is_text(claims, "jti"));
    TRY(subject(check, claims));
    HOLD(check->failure, logout_has_its_event, json_is_object(event));
    /* Step 7: what has a nonce is an ID token. */
    HOLD(check->failure, logout_has_no_nonce, !json_object_get(claims, "nonce"));
    return OK;
}
