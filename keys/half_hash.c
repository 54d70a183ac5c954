#include "keys/half_hash.h"

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/jwk_internal.h"

enum { SHAKE_SIZE = 114 }; /* RFC 8032 5.2.6: as Ed448 itself hashes */

static bool is_ed448(enum jose_alg alg, const struct jwk *key) {
    return alg == JOSE_Ed448 ||
           (alg == JOSE_EdDSA && key && str_eq(key->crv, jose_alg_row(JOSE_Ed448)->crv));
}

static bool shake256(str text, uint8_t out[SHAKE_SIZE]) {
    AUTO(md_ctx_ref) context = EVP_MD_CTX_new();
    return context && EVP_DigestInit_ex2(context, EVP_shake256(), NULL) == 1 &&
           EVP_DigestUpdate(context, text.p, text.n) == 1 &&
           EVP_DigestFinalXOF(context, out, SHAKE_SIZE) == 1;
}

err half_hash(enum jose_alg alg, const struct jwk *key, str text, struct arena *arena, str *out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    uint8_t digest[SHAKE_SIZE];
    size_t n = sizeof digest;
    REQUIRE(alg != JOSE_NONE, jose_algorithm, "an unsigned token has no hashes in it");
    if (!is_ed448(alg, key))
        n = sha2(jose_alg_hash_bits(alg), text, digest);
    else
        REQUIRE(shake256(text, digest), no_memory, "there is no memory for a hash");
    return base64url_encode(arena, str_of((const char *)digest, n / 2), out);
}
