#include "keys/half_hash.h"

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/jwk_internal.h"

enum { SHAKE_SIZE = 114 }; /* RFC 8032 5.2.6: as Ed448 itself hashes */

static bool shake256(str text, uint8_t out[SHAKE_SIZE]) {
    AUTO(md_ctx_ref) context = EVP_MD_CTX_new();
    return context && EVP_DigestInit_ex2(context, EVP_shake256(), NULL) == 1 &&
           EVP_DigestUpdate(context, text.p, text.n) == 1 &&
           EVP_DigestFinalXOF(context, out, SHAKE_SIZE) == 1;
}

err half_hash(enum jose_alg alg, str text, struct arena *arena, str *out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    uint8_t digest[SHAKE_SIZE];
    size_t n = sizeof digest;
    REQUIRE(alg != JOSE_NONE, jose_algorithm, "an unsigned token has no hashes in it");
    if (alg != JOSE_Ed448)
        n = sha2(jose_alg_hash_bits(alg), text, digest);
    else
        REQUIRE(shake256(text, digest), no_memory, "there is no memory for a hash");
    return base64url_encode(arena, str_of((const char *)digest, n / 2), out);
}

enum jose_alg half_hash_alg(const struct jws *jws) {
    bool is_ed448 = jws->alg == JOSE_EdDSA && jws->signature.n == jose_alg_row(JOSE_Ed448)->size;
    return is_ed448 ? JOSE_Ed448 : jws->alg;
}
