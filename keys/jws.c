#include "keys/jws.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "keys/digest.h"
#include "keys/jwk_internal.h"

enum { MAX_SIGNATURE = 1024, MAX_COORDINATE = 66 };

typedef ECDSA_SIG *ecdsa_ref;
static void ecdsa_ref_drop(ecdsa_ref *signature) {
    ECDSA_SIG_free(*signature);
}

void jws_ref_drop(struct jws *jws) {
    json_decref(jws->header);
}

static err decode(struct arena *arena, str part, str *out) {
    err e = base64url_decode(arena, part, out);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), jose_malformed,
            "a part of the token is not base64url");
    return e;
}

static err decode_header(struct arena *arena, str part, json_t **out) {
    str text;
    TRY(decode(arena, part, &text));
    err e = json_read_object(text, out);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), jose_malformed,
            "the header of the token is not a JSON object with unique members");
    return e;
}

/* RFC 7515 4.1.11 and RFC 7797: extensions that we do not know would change what is signed. */
static err read_header(struct arena *arena, str part, struct jws *out) {
    static const char *const refused[] = {"crit", "b64", "zip"};
    TRY(decode_header(arena, part, &out->header));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        REQUIRE(!json_object_get(out->header, refused[i]), jose_malformed,
                "the token's header asks for an extension that is not supported");
    /* RFC 7515 4.1.4: a kid that is no text names no key. */
    REQUIRE(json_is_string(json_object_get(out->header, "kid")) ||
                !json_object_get(out->header, "kid"),
            jose_malformed, "the kid of the token is not a text");
    out->alg = jose_alg_from(json_read_str(out->header, "alg"));
    REQUIRE(out->alg != JOSE_NONE, jose_algorithm, "the token's algorithm is not supported");
    out->kid = json_read_str(out->header, "kid");
    out->typ = json_read_str(out->header, "typ");
    return OK;
}

err jws_parse(struct arena *arena, str token, struct jws *out) {
    *out = (struct jws){0};
    REQUIRE(token.n <= JWS_MAX, jose_malformed, "the token is too long");
    size_t dot = str_find(token, '.');
    str rest = str_from_pos(token, dot + 1);
    size_t second = str_find(rest, '.');
    REQUIRE(dot > 0 && dot < token.n && second > 0 && second < rest.n, jose_malformed,
            "the token does not have three parts");
    str signature = str_from_pos(rest, second + 1);
    REQUIRE(signature.n > 0 && str_find(signature, '.') == signature.n, jose_malformed,
            "the token does not have three parts");
    TRY(read_header(arena, str_head(token, dot), out));
    TRY(decode(arena, str_head(rest, second), &out->payload));
    TRY(decode(arena, signature, &out->signature));
    out->signing_input = str_head(token, dot + 1 + second);
    return OK;
}

static const char *hash_name(const struct jose_alg_row *row) {
    if (row->kty == JOSE_KTY_OKP)
        return NULL;
    return row->bits == 256 ? "SHA2-256" : row->bits == 384 ? "SHA2-384" : "SHA2-512";
}

static bool is_pss(enum jose_alg alg) {
    return jose_alg_name(alg).p[0] == 'P';
}

/* RFC 7518 3.5: the salt is as long as the hash, MGF1 with the same hash. */
static bool set_padding(EVP_PKEY_CTX *context, enum jose_alg alg) {
    if (jose_alg_row(alg)->kty != JOSE_KTY_RSA)
        return true;
    if (!is_pss(alg))
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* RFC 7518 3.4: r and s side by side, each as long as the field; OpenSSL wants DER. */
static size_t ecdsa_to_der(str raw, uint8_t der[MAX_SIGNATURE]) {
    size_t half = raw.n / 2;
    AUTO(ecdsa_ref) signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn((const uint8_t *)raw.p, (int)half, NULL);
    BIGNUM *s = BN_bin2bn((const uint8_t *)raw.p + half, (int)half, NULL);
    if (!signature || !r || !s || ECDSA_SIG_set0(signature, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return 0;
    }
    uint8_t *end = der;
    int n = i2d_ECDSA_SIG(signature, &end);
    return n > 0 ? (size_t)n : 0;
}

static bool der_to_ecdsa(const uint8_t *der, size_t n, size_t size, uint8_t *raw) {
    AUTO(ecdsa_ref) signature = d2i_ECDSA_SIG(NULL, &der, (long)n);
    int half = (int)size / 2;
    return signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, half) == half &&
           BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + half, half) == half;
}

static bool verify_evp(const struct jws *jws, const struct jwk *key) {
    const struct jose_alg_row *row = jose_alg_row(jws->alg);
    uint8_t der[MAX_SIGNATURE];
    const uint8_t *signature = (const uint8_t *)jws->signature.p;
    size_t n = jws->signature.n;
    if (row->kty == JOSE_KTY_EC) {
        n = ecdsa_to_der(jws->signature, der);
        signature = der;
    }
    AUTO(md_ctx_ref) context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    return n && context &&
           EVP_DigestVerifyInit_ex(context, &key_context, hash_name(row), NULL, NULL, key->pkey,
                                   NULL) == 1 &&
           set_padding(key_context, jws->alg) &&
           EVP_DigestVerify(context, signature, n, (const uint8_t *)jws->signing_input.p,
                            jws->signing_input.n) == 1;
}

static size_t hmac(const struct jwk *key, enum jose_alg alg, str data, uint8_t out[64]) {
    size_t n = 0;
    const char *hash = hash_name(jose_alg_row(alg));
    const uint8_t *done = EVP_Q_mac(NULL, "HMAC", NULL, hash, NULL, key->secret, key->secret_size,
                                    (const uint8_t *)data.p, data.n, out, 64, &n);
    return done ? n : 0;
}

static bool verify_hmac(const struct jws *jws, const struct jwk *key) {
    uint8_t mac[64];
    size_t n = hmac(key, jws->alg, jws->signing_input, mac);
    return secret_eq((secret){mac, n}, secret_of(jws->signature));
}

/* Exactly as long as the algorithm and the key say. */
static size_t signature_size(enum jose_alg alg, const struct jwk *key) {
    size_t size = jose_alg_row(alg)->size;
    return size ? size : (size_t)EVP_PKEY_get_size(key->pkey);
}

err jws_verify(const struct jws *jws, enum jose_alg alg, const struct jwk *key) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    REQUIRE(jws->alg == alg, jose_algorithm, "the token is signed with another algorithm");
    REQUIRE(jwk_fits(key, alg) && key->may_verify, jose_key, "the key is not for this algorithm");
    REQUIRE(jws->signature.n == signature_size(alg, key), jose_signature,
            "the token's signature has the wrong length");
    bool good = key->kty == JOSE_KTY_oct ? verify_hmac(jws, key) : verify_evp(jws, key);
    REQUIRE(good, jose_signature, "the token's signature is wrong");
    return OK;
}

/* RFC 7515 4.1.11: what changes how a token is read is not supported, and our own
 * members have one place each. */
static err put_more(struct json_put *j, const json_t *more, struct arena *arena) {
    static const char *const refused[] = {"alg", "typ", "cty", "jwk", "kid", "crit", "b64", "zip"};
    const char *name;
    json_t *value;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        REQUIRE(!json_object_get(more, refused[i]), jose_malformed,
                "this member of a token's header is set by other means, or not supported");
    json_object_foreach(json_read_members(more), name, value) {
        str text;
        TRY(json_read_dump(arena, value, &text));
        json_put_raw(j, name, text);
    }
    return OK;
}

static err header_part(const struct jwk *key, const struct jws_header *header, struct arena *arena,
                       str *out) {
    struct json_put j = json_put_begin(arena, JWS_MAX);
    str text;
    json_put_open(&j, '{');
    json_put_str(&j, "alg", jose_alg_name(header->alg));
    json_put_str(&j, "typ", header->typ);
    json_put_str(&j, "cty", header->cty);
    if (str_present(header->jwk))
        json_put_raw(&j, "jwk", header->jwk);
    else
        json_put_str(&j, "kid", key->kid);
    TRY(put_more(&j, header->more, arena));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    return base64url_encode(arena, text, out);
}

static bool sign_evp(const struct jwk *key, enum jose_alg alg, str input, uint8_t *out, size_t *n) {
    const struct jose_alg_row *row = jose_alg_row(alg);
    AUTO(md_ctx_ref) context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    *n = MAX_SIGNATURE;
    if (!context ||
        EVP_DigestSignInit_ex(context, &key_context, hash_name(row), NULL, NULL, key->pkey, NULL) !=
            1 ||
        !set_padding(key_context, alg) ||
        EVP_DigestSign(context, out, n, (const uint8_t *)input.p, input.n) != 1)
        return false;
    if (row->kty != JOSE_KTY_EC)
        return true;
    uint8_t raw[2 * MAX_COORDINATE];
    if (!der_to_ecdsa(out, *n, row->size, raw))
        return false;
    memcpy(out, raw, row->size);
    *n = row->size;
    return true;
}

err jws_sign_header(const struct jwk *key, const struct jws_header *header, str payload,
                    struct arena *arena, str *out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    enum jose_alg alg = header->alg;
    REQUIRE(jwk_fits(key, alg) && key->is_private && key->may_sign, jose_key,
            "the key cannot sign with this algorithm");
    str first, body, input, signature;
    uint8_t bytes[MAX_SIGNATURE];
    size_t n;
    TRY(header_part(key, header, arena, &first));
    TRY(base64url_encode(arena, payload, &body));
    TRY(STR_JOIN(arena, &input, first, S("."), body));
    bool is_signed = true;
    if (key->kty == JOSE_KTY_oct)
        n = hmac(key, alg, input, bytes);
    else
        is_signed = sign_evp(key, alg, input, bytes, &n);
    REQUIRE(is_signed && n, internal, "a token could not be signed");
    TRY(base64url_encode(arena, str_of((const char *)bytes, n), &signature));
    return STR_JOIN(arena, out, input, S("."), signature);
}

err jws_sign(const struct jwk *key, enum jose_alg alg, str typ, str payload, struct arena *arena,
             str *out) {
    return jws_sign_header(key, &(struct jws_header){.alg = alg, .typ = typ}, payload, arena, out);
}
