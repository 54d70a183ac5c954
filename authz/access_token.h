/* Access tokens: at+jwt (RFC 9068), ES256. Nothing is stored: a token is as alive as its grant,
 * whose id it carries in the private claim "gid". */
#ifndef AUTHZ_ACCESS_TOKEN_H
#define AUTHZ_ACCESS_TOKEN_H

#include "authz/authz.h"
#include "authz/store/client.h"
#include "authz/store/grant.h"

struct access_token {
    str sub; /* what the client knows the user by */
    str user_id, client_id, scope, grant_id;
    str claims; /* for userinfo, asked for by name, words; or absent */
    int64_t signed_in_ms;
};

struct access_token_made {
    str text;
    int64_t expires_in_s; /* the configured life, or what is left of the grant */
};

struct access_token_plan {
    const struct grant *grant;
    const struct client *client;
    str scope; /* the grant's or less */
};

err access_token_make(const struct authz *authz, struct arena *arena,
                      const struct access_token_plan *plan, int64_t now_ms,
                      struct access_token_made *out) MUST_CHECK;
/* Signature, typ, iss, aud and exp, then the state of the grant: a point read. E_invalid_token. */
err access_token_check(const struct authz *authz, struct arena *arena, str token, int64_t now_ms,
                       struct access_token *out) MUST_CHECK;
/* The token that the request brings, checked: in the Authorization header or, with POST, in a form
 * body (RFC 6750 2.1, 2.2); never in the query. E_unauthorized: it brings none. E_invalid_request:
 * two at once, or one in the query. E_invalid_token. */
err access_token_of(struct request *rq, struct access_token *out) MUST_CHECK;

#endif
