/* A client that is given ID tokens of a provider whose keys it has. */
#ifndef RP_TESTS_ID_TOKEN_HELPER_H
#define RP_TESTS_ID_TOKEN_HELPER_H

#include "rp/engine/op.h"
#include "rp/protocol/id_token_claims.h"
#include "rp/tests/token_helper.h"

struct id_token_client {
    struct feed feed;
    struct issuer issuer;
    hk_rp *rp;
};

/* Tokens are signed with `alg` (HS*: token_hs256; the provider has an ES256 key all the same); the
 * other audience "friend" may be in them. One more setting, or NULL. */
void id_token_client_start(struct id_token_client *client, enum jose_alg alg, const char *name,
                           const char *value);
void id_token_client_stop(struct id_token_client *client);
/* The rule that the token breaks: RULE_none if it is believed. Nothing may be fetched meanwhile. */
const struct rule *id_token_check(struct id_token_client *client, str token,
                                  const struct id_token_expected *expected);

#endif
