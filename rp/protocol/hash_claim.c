#include "rp/protocol/hash_claim.h"

#include "keys/half_hash.h"

err hash_claim(struct arena *arena, enum jose_alg alg, str value, str *out) {
    *out = STR_ABSENT;
    if (alg == JOSE_NONE)
        return OK;
    return half_hash(alg, value, arena, out);
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
