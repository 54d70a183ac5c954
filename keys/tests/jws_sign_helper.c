/* Signs any header, as jws.c never would: with EVP directly. */
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "keys/jwk_internal.h"
#include "keys/tests/jws_sign_helper.h"
#include "keys/tests/keys_helper.h"

static const char *hash_of(enum jose_alg alg) {
    int bits = jose_alg_hash_bits(alg);
    return bits == 256 ? "SHA256" : bits == 384 ? "SHA384" : "SHA512";
}

str helper_rsa(struct arena *arena, const struct jwk *key, const struct helper_rsa_way *way,
               str input) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *inner;
    size_t n = 1024;
    uint8_t *out = arena_alloc(arena, n);
    assert_int_equal(EVP_DigestSignInit_ex(context, &inner, way->hash, NULL, NULL, key->pkey, NULL),
                     1);
    if (way->pss)
        assert_true(EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, way->salt) == 1);
    if (way->mgf1)
        assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md_name(inner, way->mgf1, NULL), 1);
    assert_int_equal(EVP_DigestSign(context, out, &n, (const uint8_t *)input.p, input.n), 1);
    EVP_MD_CTX_free(context);
    return str_of((const char *)out, n);
}

str helper_ecdsa_der(struct arena *arena, const struct jwk *key, enum jose_alg alg, str input) {
    return helper_rsa(arena, key, &(struct helper_rsa_way){.hash = hash_of(alg)}, input);
}

str helper_ecdsa_raw(struct arena *arena, str der, size_t half) {
    const uint8_t *p = (const uint8_t *)der.p;
    uint8_t *raw = arena_alloc(arena, 2 * half);
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
    assert_non_null(signature);
    assert_true(BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, (int)half) == (int)half &&
                BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + half, (int)half) == (int)half);
    ECDSA_SIG_free(signature);
    return str_of((const char *)raw, 2 * half);
}

str helper_hmac(struct arena *arena, enum jose_alg alg, str key, str input) {
    size_t n = 0;
    uint8_t *out = arena_alloc(arena, 64);
    assert_non_null(EVP_Q_mac(NULL, "HMAC", NULL, hash_of(alg), NULL, key.n ? key.p : "", key.n,
                              (const uint8_t *)input.p, input.n, out, 64, &n));
    return str_of((const char *)out, n);
}
