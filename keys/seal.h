/* Sealed text: AES-256-GCM with a random 96-bit IV, bound to a purpose (the AAD), in base64url.
 * Only the holder of the key can read or make it; a change of any byte is noticed. */
#ifndef KEYS_SEAL_H
#define KEYS_SEAL_H

#include "common/base/secret.h"

struct seal_key {
    uint8_t bytes[32];
};

err seal(const struct seal_key *key, str aad, str plain, struct arena *arena, str *out) MUST_CHECK;
/* E_seal_broken: altered, of another key or purpose, or not sealed text at all. */
err seal_open(const struct seal_key *key, str aad, str sealed, struct arena *arena,
              str *out) MUST_CHECK;

#endif
