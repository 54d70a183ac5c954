/* ID tokens (OIDC Core 2), signed with the algorithm that the client registered. They say who
 * signed in, when and how; the person's claims are at the userinfo endpoint (OIDC Core 5.4). */
#ifndef AUTHZ_ID_TOKEN_H
#define AUTHZ_ID_TOKEN_H

#include "authz/authz.h"
#include "authz/store/grant.h"
#include "keys/jwk.h"

struct id_token {
    const struct grant *grant;
    enum jose_alg alg;
    str nonce;        /* or absent */
    str access_token; /* for at_hash */
};

err id_token_make(const struct authz *authz, struct arena *arena, const struct id_token *in,
                  int64_t now_ms, str *token) MUST_CHECK;

#endif
