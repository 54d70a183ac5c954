/* hk_session: a verified user, or a client of its own, with tokens; and hk_login: a sign-in that
 * has begun. */
#ifndef RP_ENGINE_SESSION_H
#define RP_ENGINE_SESSION_H

#include "rp/engine/op.h"

struct hk_session {
    struct memory memory; /* of the session itself */
    struct arena *arena;  /* of all texts; refresh puts another in its place */
    str iss, client_id, sub, sid;
    str id_token, access_token, token_type, refresh_token, scope;
    str return_to, end_cookie;
    str authorization_details; /* JSON */
    str claims_text;
    int64_t access_expires;    /* 0: unknown */
    json_t *id_claims;         /* of the ID token, or NULL */
    json_t *claims;            /* the ID token's and userinfo's, merged; never NULL; replaced, not
                                * changed */
    struct jwk *dpop_key;      /* what the tokens are bound to, or NULL */
    struct verified *verified; /* hk_verify: whose texts and claims these are, shared; or NULL */
};

/* Empty: claims is {}. The caller frees it with hk_session_free. */
err session_new(const struct memory *memory, hk_session **out) MUST_CHECK;
/* The same with a reference of those claims. */
err session_new_with(const struct memory *memory, json_t *claims, hk_session **out) MUST_CHECK;
/* Copies into the session's arena. */
err session_text(hk_session *session, str text, str *member) MUST_CHECK;
/* Writes claims_text from claims: after these were changed. */
err session_claims_done(hk_session *session) MUST_CHECK;
/* The session with those claims instead (a reference is taken), and its texts in fresh memory, so
 * that one that is renewed again and again does not grow. Nothing changes on error. */
err session_renew(hk_session *session, json_t *claims) MUST_CHECK;
/* `fresh` becomes what `session` is; the old one's texts end. Frees `fresh`. */
void session_replace(hk_session *session, hk_session *fresh);

struct hk_login {
    struct arena *arena;
    str url, cookie;
    str request_object, request_uri; /* by reference (RFC 9101), or absent */
    str *old_cookies;                /* Set-Cookie values */
    size_t old_cookie_count;
};

err login_new(const struct memory *memory, str url, str cookie, hk_login **out) MUST_CHECK;

#endif
