#include "rp/protocol/hash_claim.h"

#include "common/base/base64url.h"
#include "keys/digest.h"

err hash_claim(struct arena *arena, enum jose_alg alg, str value, str *out) {
    uint8_t digest[64];
    size_t n;
    *out = STR_ABSENT;
    if (alg == JOSE_NONE)
        return OK;
    TRY(sha2_of(jose_alg_hash_bits(alg), value, digest, &n));
    return base64url_encode(arena, str_of((const char *)digest, n / 2), out);
}

err hash_claim_holds(struct arena *arena, enum jose_alg alg, str value, const json_t *claim,
                     bool *holds) {
    str right, given = str_of(json_string_value(claim), json_string_length(claim));
    *holds = true;
    if (!claim || !str_present(value))
        return OK;
    TRY(hash_claim(arena, alg, value, &right));
    *holds = secret_eq(secret_of(right), secret_of(given)); /* absent equals nothing */
    return OK;
}
