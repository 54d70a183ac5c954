#include "rp/protocol/encryption.h"

bool encryption_read(str text, struct encryption *out) {
    size_t space = str_find(text, ' ');
    out->alg = jwe_alg_from(str_head(text, space));
    out->enc = jwe_enc_from(str_from_pos(text, space + 1));
    return out->alg != JWE_ALG_NONE && out->enc != JWE_ENC_NONE;
}
