#include "keys/jwe_alg.h"

#include <assert.h>

#include "keys/jose_alg.h"

static const struct {
    str name;
    enum jose_kty kty;
} algs[] = {
    [JWE_ALG_NONE] = {S_INIT(""), JOSE_KTY_RSA},
#define JWE_ALG(id, name, kty, bits) [JWE_##id] = {S_INIT(name), JOSE_KTY_##kty},
#include "keys/jwe_alg.def"
#undef JWE_ALG
};

static const str encs[] = {
    [JWE_ENC_NONE] = S_INIT(""),
#define JWE_ENC(id, name, key, iv, tag, hash) [JWE_##id] = S_INIT(name),
#include "keys/jwe_enc.def"
#undef JWE_ENC
};

enum jwe_alg jwe_alg_from(str name) {
    for (int i = JWE_ALG_NONE + 1; i < JWE_ALG_COUNT; i++)
        if (str_eq(name, algs[i].name))
            return (enum jwe_alg)i;
    return JWE_ALG_NONE;
}

str jwe_alg_name(enum jwe_alg alg) {
    assert(alg < JWE_ALG_COUNT);
    return algs[alg].name;
}

enum jwe_enc jwe_enc_from(str name) {
    for (int i = JWE_ENC_NONE + 1; i < JWE_ENC_COUNT; i++)
        if (str_eq(name, encs[i]))
            return (enum jwe_enc)i;
    return JWE_ENC_NONE;
}

str jwe_enc_name(enum jwe_enc enc) {
    assert(enc < JWE_ENC_COUNT);
    return encs[enc];
}

bool jwe_alg_is_symmetric(enum jwe_alg alg) {
    assert(alg < JWE_ALG_COUNT);
    return alg != JWE_ALG_NONE && algs[alg].kty == JOSE_KTY_oct;
}
