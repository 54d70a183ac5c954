/* at_hash, c_hash and s_hash (OIDC Core 3.1.3.6, 3.3.2.11; FAPI 1.0 part 2, 5.1.1). */
#ifndef RP_PROTOCOL_HASH_CLAIM_H
#define RP_PROTOCOL_HASH_CLAIM_H

#include "keys/jwk.h"

/* The left half of the hash of `value`, in base64url. An alg without a hash gives an absent one. */
err hash_claim(struct arena *arena, enum jose_alg alg, str value, str *out) MUST_CHECK;
/* Whether `claim` (NULL: not there, which holds) is the hash of `value` (absent: not asked). */
err hash_claim_holds(struct arena *arena, enum jose_alg alg, str value, const json_t *claim,
                     bool *holds) MUST_CHECK;

#endif
