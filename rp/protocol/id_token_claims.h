/* The claims of an ID token: OIDC Core 3.1.3.7, 3.2.2.11, 3.3.2.11 and 12.2. */
#ifndef RP_PROTOCOL_ID_TOKEN_CLAIMS_H
#define RP_PROTOCOL_ID_TOKEN_CLAIMS_H

#include "keys/jws.h"
#include "rp/protocol/jwt_claims.h"

/* What the token must show. Absent or 0: not asked for. */
struct id_token_expected {
    str nonce;
    bool nonce_required;
    str access_token, code, state; /* for at_hash, c_hash, s_hash */
    bool at_hash_required, c_hash_required;
    int64_t max_age;                         /* seconds; -1: none, 0: just now */
    str acr;                                 /* one of these, separated by spaces */
    str same_iss, same_sub, same_aud_client; /* what a refresh must not change (12.2) */
    int64_t same_auth_time;
};

/* `jws` was verified; `claims` is its payload. */
err id_token_claims(const struct jwt_check *check, const struct jws *jws, const json_t *claims,
                    const struct id_token_expected *expected) MUST_CHECK;
/* A sub is 1 to 255 ASCII characters (OIDC Core 2). */
err id_token_sub(const struct jwt_check *check, const json_t *claims) MUST_CHECK;

#endif
