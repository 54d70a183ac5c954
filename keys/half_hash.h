/* at_hash, c_hash and s_hash (OpenID Connect Core 3.1.3.6 and 3.3.2.11, FAPI 1.0 part 2, 5.1). */
#ifndef KEYS_HALF_HASH_H
#define KEYS_HALF_HASH_H

#include "keys/jws.h"

/* The left half of the hash of `text` in base64url: the hash that alg signs with (EdDSA: SHA-512,
 * as Ed25519; Ed448: the 114 bytes of SHAKE256). E_jose_algorithm: alg is JOSE_NONE. */
err half_hash(enum jose_alg alg, str text, struct arena *arena, str *out) MUST_CHECK;
/* The alg to ask with for a token at hand: EdDSA names no curve, but its signature tells the curve
 * by its length. */
enum jose_alg half_hash_alg(const struct jws *jws);

#endif
