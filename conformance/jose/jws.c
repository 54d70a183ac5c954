#include "conformance/jose/jws.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"

enum kind { RSA_PKCS1, RSA_PSS, ECDSA, EDDSA, HMAC_SHA };

static const struct algorithm {
    const char *name;
    enum kind kind;
    const char *digest, *key_type;
    size_t coordinate; /* of ECDSA */
} algorithms[] = {
    {"RS256", RSA_PKCS1, "SHA256", "RSA", 0},   {"RS384", RSA_PKCS1, "SHA384", "RSA", 0},
    {"RS512", RSA_PKCS1, "SHA512", "RSA", 0},   {"PS256", RSA_PSS, "SHA256", "RSA", 0},
    {"PS384", RSA_PSS, "SHA384", "RSA", 0},     {"PS512", RSA_PSS, "SHA512", "RSA", 0},
    {"ES256", ECDSA, "SHA256", "EC", 32},       {"ES384", ECDSA, "SHA384", "EC", 48},
    {"ES512", ECDSA, "SHA512", "EC", 66},       {"EdDSA", EDDSA, "SHA512", "ED25519", 0},
    {"Ed25519", EDDSA, "SHA512", "ED25519", 0}, {"HS256", HMAC_SHA, "SHA256", NULL, 0},
    {"HS384", HMAC_SHA, "SHA384", NULL, 0},     {"HS512", HMAC_SHA, "SHA512", NULL, 0},
};

static const struct algorithm *find(const char *alg) {
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (strcmp(algorithms[i].name, alg) == 0)
            return &algorithms[i];
    return NULL;
}

const char *jws_digest(const char *alg) {
    const struct algorithm *row = find(alg);
    return row ? row->digest : NULL;
}

json_t *jws_part(const char *token, int index) {
    for (; index > 0 && token; index--) {
        token = strchr(token, '.');
        token = token ? token + 1 : NULL;
    }
    if (!token)
        return NULL;
    struct bytes bytes = base64url_decode(token, strcspn(token, "."));
    json_t *part =
        bytes.p ? json_loadb((char *)bytes.p, bytes.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    free(bytes.p);
    return part;
}

/* JOSE's R||S to the DER that OpenSSL reads. */
static struct bytes ecdsa_der(struct bytes raw, size_t coordinate) {
    struct bytes der = {0};
    if (raw.n != 2 * coordinate)
        return der;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    ECDSA_SIG_set0(sig, BN_bin2bn(raw.p, (int)coordinate, NULL),
                   BN_bin2bn(raw.p + coordinate, (int)coordinate, NULL));
    int n = i2d_ECDSA_SIG(sig, &der.p);
    der.n = n > 0 ? (size_t)n : 0;
    ECDSA_SIG_free(sig);
    return der;
}

static struct bytes ecdsa_raw(struct bytes der, size_t coordinate) {
    const unsigned char *p = der.p;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
    struct bytes raw = {memory_new(2 * coordinate, 1), 2 * coordinate};
    if (!sig || BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw.p, (int)coordinate) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw.p + coordinate, (int)coordinate) < 0)
        abort();
    ECDSA_SIG_free(sig);
    return raw;
}

/* RFC 7518 3.5: the salt is as long as the hash. */
static bool pad(const struct algorithm *row, EVP_PKEY_CTX *context) {
    if (row->kind != RSA_PSS)
        return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static const char *digest_of(const struct algorithm *row) {
    return row->kind == EDDSA ? NULL : row->digest;
}

static bool verify_with_key(const struct algorithm *row, EVP_PKEY *key, const char *input, size_t n,
                            struct bytes signature) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    struct bytes der = row->kind == ECDSA ? ecdsa_der(signature, row->coordinate)
                                          : (struct bytes){signature.p, signature.n};
    bool good = der.n &&
                EVP_DigestVerifyInit_ex(context, &key_context, digest_of(row), NULL, NULL, key,
                                        NULL) == 1 &&
                pad(row, key_context) &&
                EVP_DigestVerify(context, der.p, der.n, (const unsigned char *)input, n) == 1;
    if (row->kind == ECDSA)
        OPENSSL_free(der.p);
    EVP_MD_CTX_free(context);
    return good;
}

static struct bytes hmac(const struct algorithm *row, const char *secret, const char *input,
                         size_t n) {
    unsigned size = 0;
    struct bytes out = {memory_new(EVP_MAX_MD_SIZE, 1), 0};
    if (!HMAC(EVP_get_digestbyname(row->digest), secret, (int)strlen(secret),
              (const unsigned char *)input, n, out.p, &size))
        abort();
    out.n = size;
    return out;
}

static bool verify_with_secret(const struct algorithm *row, const char *secret, const char *input,
                               size_t n, struct bytes signature) {
    struct bytes expected = hmac(row, secret, input, n);
    bool good =
        expected.n == signature.n && CRYPTO_memcmp(expected.p, signature.p, expected.n) == 0;
    free(expected.p);
    return good;
}

const char *jws_verify(const char *token, const char *alg, EVP_PKEY *key, const char *secret) {
    const struct algorithm *row = find(alg);
    const char *dot = strrchr(token, '.');
    if (!row)
        return "the algorithm is none that can be verified";
    if (!dot || strchr(token, '.') == dot)
        return "the token is not a compact JWS";
    if (row->kind == HMAC_SHA ? !secret : !key || !EVP_PKEY_is_a(key, row->key_type))
        return "the key does not fit the algorithm";
    struct bytes signature = base64url_decode(dot + 1, strlen(dot + 1));
    size_t n = (size_t)(dot - token);
    bool good =
        signature.n && (row->kind == HMAC_SHA ? verify_with_secret(row, secret, token, n, signature)
                                              : verify_with_key(row, key, token, n, signature));
    free(signature.p);
    return good ? NULL : "the signature is not good";
}

static struct bytes sign_with_key(const struct algorithm *row, EVP_PKEY *key, const char *input) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    const unsigned char *text = (const unsigned char *)input;
    struct bytes out = {memory_new(1024, 1), 1024};
    if (EVP_DigestSignInit_ex(context, &key_context, digest_of(row), NULL, NULL, key, NULL) != 1 ||
        !pad(row, key_context) || EVP_DigestSign(context, out.p, &out.n, text, strlen(input)) != 1)
        abort();
    EVP_MD_CTX_free(context);
    if (row->kind != ECDSA)
        return out;
    struct bytes raw = ecdsa_raw(out, row->coordinate);
    free(out.p);
    return raw;
}

static char *encode_json(const json_t *value) {
    char *text = json_dumps(value, JSON_COMPACT);
    char *encoded = base64url_encode(text, strlen(text));
    free(text);
    return encoded;
}

char *jws_sign(json_t *header, const json_t *claims, const char *alg, EVP_PKEY *key,
               const char *secret) {
    const struct algorithm *row = find(alg);
    json_object_set_new(header, "alg", json_string(alg));
    char *head = encode_json(header), *payload = encode_json(claims);
    char *input = memory_format("%s.%s", head, payload);
    struct bytes signature = {0};
    if (row && row->kind == HMAC_SHA)
        signature = hmac(row, secret, input, strlen(input));
    else if (row)
        signature = sign_with_key(row, key, input);
    char *encoded = base64url_encode(signature.p ? (const void *)signature.p : "", signature.n);
    char *token = memory_format("%s.%s", input, encoded);
    free(encoded);
    free(signature.p);
    free(input);
    free(payload);
    free(head);
    return token;
}
