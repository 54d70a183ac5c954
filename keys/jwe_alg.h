/* The names of JSON Web Encryption: how the content key travels (jwe_alg.def), and how the content
 * is encrypted (jwe_enc.def). */
#ifndef KEYS_JWE_ALG_H
#define KEYS_JWE_ALG_H

#include "common/base/str.h"

enum jwe_alg {
    JWE_ALG_NONE, /* not encrypted */
#define JWE_ALG(id, name, kty, bits) JWE_##id,
#include "keys/jwe_alg.def"
#undef JWE_ALG
    JWE_ALG_COUNT
};

enum jwe_enc {
    JWE_ENC_NONE,
#define JWE_ENC(id, name, key, iv, tag, hash) JWE_##id,
#include "keys/jwe_enc.def"
#undef JWE_ENC
    JWE_ENC_COUNT
};

/* JWE_ALG_NONE, JWE_ENC_NONE for a name that is not in the table (exact, case counts). */
enum jwe_alg jwe_alg_from(str name);
str jwe_alg_name(enum jwe_alg alg);
enum jwe_enc jwe_enc_from(str name);
str jwe_enc_name(enum jwe_enc enc);
/* Whether both sides share the key (dir, A128KW, A192KW, A256KW). */
bool jwe_alg_is_symmetric(enum jwe_alg alg);

#endif
