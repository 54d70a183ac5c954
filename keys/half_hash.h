/* at_hash, c_hash and s_hash (OpenID Connect Core 3.1.3.6 and 3.3.2.11, FAPI 1.0 part 2, 5.1). */
#ifndef KEYS_HALF_HASH_H
#define KEYS_HALF_HASH_H

#include "keys/jwk.h"

/* The left half of the hash of `text` in base64url: the hash that alg signs with, for EdDSA that of
 * the curve of `key` (SHA-512; for Ed448 the 114 bytes of SHAKE256). `key` is what the token is
 * signed with; NULL: Ed25519. E_jose_algorithm: alg is JOSE_NONE. */
err half_hash(enum jose_alg alg, const struct jwk *key, str text, struct arena *arena,
              str *out) MUST_CHECK;

#endif
