/* Signatures that jws.c does not make. */
#ifndef KEYS_TESTS_JWS_SIGN_HELPER_H
#define KEYS_TESTS_JWS_SIGN_HELPER_H

#include "keys/jwk.h"

struct helper_rsa_way {
    const char *hash, *mgf1; /* mgf1: NULL for the same */
    bool pss;
    int salt;
};
str helper_rsa(struct arena *arena, const struct jwk *key, const struct helper_rsa_way *way,
               str input);
str helper_ecdsa_der(struct arena *arena, const struct jwk *key, enum jose_alg alg, str input);
/* r and s side by side, `half` bytes each. */
str helper_ecdsa_raw(struct arena *arena, str der, size_t half);
str helper_hmac(struct arena *arena, enum jose_alg alg, str key, str input);

#endif
