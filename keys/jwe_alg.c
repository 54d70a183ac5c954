#include "keys/jwe_alg.h"

#include <assert.h>

#include "keys/jwe_internal.h"

static const struct jwe_alg_row algs[] = {
    [JWE_ALG_NONE] = {S_INIT(""), JOSE_KTY_RSA, 0},
#define JWE_ALG(id, name, kty, bits) [JWE_##id] = {S_INIT(name), JOSE_KTY_##kty, (bits) / 8},
#include "keys/jwe_alg.def"
#undef JWE_ALG
};

static const struct jwe_enc_row encs[] = {
    [JWE_ENC_NONE] = {S_INIT(""), 0, 0, 0, 0},
#define JWE_ENC(id, name, key, iv, tag, hash) [JWE_##id] = {S_INIT(name), key, iv, tag, hash},
#include "keys/jwe_enc.def"
#undef JWE_ENC
};

enum jwe_alg jwe_alg_from(str name) {
    for (int i = JWE_ALG_NONE + 1; i < JWE_ALG_COUNT; i++)
        if (str_eq(name, algs[i].name))
            return (enum jwe_alg)i;
    return JWE_ALG_NONE;
}

const struct jwe_alg_row *jwe_alg_row(enum jwe_alg alg) {
    assert(alg < JWE_ALG_COUNT);
    return &algs[alg];
}

str jwe_alg_name(enum jwe_alg alg) {
    return jwe_alg_row(alg)->name;
}

enum jwe_enc jwe_enc_from(str name) {
    for (int i = JWE_ENC_NONE + 1; i < JWE_ENC_COUNT; i++)
        if (str_eq(name, encs[i].name))
            return (enum jwe_enc)i;
    return JWE_ENC_NONE;
}

const struct jwe_enc_row *jwe_enc_row(enum jwe_enc enc) {
    assert(enc < JWE_ENC_COUNT);
    return &encs[enc];
}

str jwe_enc_name(enum jwe_enc enc) {
    return jwe_enc_row(enc)->name;
}

bool jwe_alg_is_symmetric(enum jwe_alg alg) {
    return alg != JWE_ALG_NONE && jwe_alg_row(alg)->kty == JOSE_KTY_oct;
}

bool jwe_alg_is_direct(enum jwe_alg alg) {
    return alg == JWE_DIR || alg == JWE_ECDH_ES;
}
