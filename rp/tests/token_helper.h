/* The provider's side of a token, for tests: its key, what it signs, and the set that verifies it.
 */
#ifndef RP_TESTS_TOKEN_HELPER_H
#define RP_TESTS_TOKEN_HELPER_H

#include "keys/jws.h"
#include "rp/tests/feed_helper.h"

struct issuer {
    struct arena *arena;
    struct jwk *key;
    enum jose_alg alg;
    const char *jwks; /* text of the set with its public key */
};

void issuer_start(struct issuer *issuer, enum jose_alg alg);
void issuer_stop(struct issuer *issuer);
/* Signs those claims, which are JSON with ' for "; `typ` may be absent. */
str issuer_sign(struct issuer *issuer, const char *claims, str typ);
str issuer_sign_json(struct issuer *issuer, const json_t *claims, str typ);
/* A token with this header and these claims, both as they are (not even JSON, if need be), under
 * HS256 with the client secret of feed_cfg. */
str token_hs256(struct arena *arena, str header, str claims);
/* JSON with ' for ". The caller frees it. */
json_t *token_json(const char *text);
/* `base` with the member at `name` replaced by that JSON (with ' for "), or dropped (NULL). */
json_t *token_changed(const char *base, const char *name, const char *value);

#endif
