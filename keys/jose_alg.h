/* The rows of jose_alg.def, for the files of this folder. */
#ifndef KEYS_JOSE_ALG_H
#define KEYS_JOSE_ALG_H

#include "keys/jwk.h"

enum jose_kty { JOSE_KTY_RSA, JOSE_KTY_EC, JOSE_KTY_OKP, JOSE_KTY_oct };

struct jose_alg_row {
    str name;
    enum jose_kty kty;
    int bits;    /* of the SHA-2 hash; 0: another */
    str crv;     /* EC, OKP; empty: each of them */
    size_t size; /* of the signature; 0: as long as the key */
};

const struct jose_alg_row *jose_alg_row(enum jose_alg alg);

#endif
