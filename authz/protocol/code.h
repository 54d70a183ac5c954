/* The authorization code: what was decided, sealed. Nothing is stored until it is redeemed. */
#ifndef AUTHZ_PROTOCOL_CODE_H
#define AUTHZ_PROTOCOL_CODE_H

#include "keys/seal.h"

struct code {
    str client_id, user_id, sid;
    int64_t signed_in_ms; /* auth_time, to the millisecond */
    str acr, amr, scope;
    str redirect_uri;        /* the registered string it was sent to */
    bool redirect_uri_given; /* RFC 6749 4.1.3: then the token request must repeat it */
    str userinfo_claims;     /* asked for by name, words; or absent */
    str id_token_claims;     /* the same, for ID tokens */
    str nonce;               /* or absent */
    str challenge;           /* PKCE S256, or absent */
    str front_grant_id;      /* of an access token that went out beside it, or absent */
    str id;                  /* 128 random bits: two codes never are alike */
    int64_t expires_ms;
};

enum { CODE_PLAIN_MAX = 6000 }; /* bytes of all members: the text of a code is at most 8 KiB */

/* Makes the code's text. `id` must be there. E_invalid_request: more than CODE_PLAIN_MAX. */
err code_seal(const struct seal_key *key, struct arena *arena, const struct code *code,
              str *out) MUST_CHECK;
/* E_invalid_grant: altered, foreign or not a code. Expiry is the caller's to check. */
err code_open(const struct seal_key *key, struct arena *arena, str text,
              struct code *out) MUST_CHECK;

#endif
