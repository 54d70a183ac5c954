/* ID tokens (OIDC Core 2) in the form that the client registered. They say who signed in, when and
 * how, and show claims where nothing else does (OIDC Core 5.4) or where they are asked for there.
 */
#ifndef AUTHZ_ID_TOKEN_H
#define AUTHZ_ID_TOKEN_H

#include <jansson.h>

#include "authz/authz.h"
#include "authz/store/client.h"
#include "authz/store/grant.h"

struct id_token {
    const struct grant *grant;
    const struct client *client;
    str nonce;                     /* or absent */
    str access_token, code, state; /* that come with it: at_hash, c_hash, s_hash; or absent */
    const json_t *person;          /* whose claims it shows; NULL: none */
    str scope, claims;             /* by scope, by name: words, or absent */
};

err id_token_make(struct request *rq, const struct id_token *in, str *token) MUST_CHECK;

#endif
