#include "keys/jose_alg.h"

#include <assert.h>

static const struct jose_alg_row rows[] = {
    [JOSE_NONE] = {S_INIT(""), JOSE_KTY_oct, 0, S_INIT(""), 0},
#define JOSE_ALG(id, name, kty, bits, crv, size)                                                   \
    [JOSE_##id] = {S_INIT(name), JOSE_KTY_##kty, bits, S_INIT(crv), size},
#include "keys/jose_alg.def"
#undef JOSE_ALG
};

enum jose_alg jose_alg_from(str name) {
    for (int i = JOSE_NONE + 1; i < JOSE_ALG_COUNT; i++)
        if (str_eq(name, rows[i].name))
            return (enum jose_alg)i;
    return JOSE_NONE;
}

const struct jose_alg_row *jose_alg_row(enum jose_alg alg) {
    assert(alg < JOSE_ALG_COUNT);
    return &rows[alg];
}

str jose_alg_name(enum jose_alg alg) {
    return jose_alg_row(alg)->name;
}

int jose_alg_hash_bits(enum jose_alg alg) {
    return jose_alg_row(alg)->bits;
}

bool jose_alg_is_hmac(enum jose_alg alg) {
    return alg != JOSE_NONE && jose_alg_row(alg)->kty == JOSE_KTY_oct;
}
