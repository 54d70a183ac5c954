/* From PEM (RFC 7468) to a jwk, by way of its JWK members: so the rules of import stand once. */
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/base/json_read.h"
#include "keys/jwk_internal.h"
#include "keys/pem.h"

enum { MAX_BLOCKS = 16, ARENA = 64 * 1024 };

static EVP_PKEY *pkcs8(const uint8_t **der, long n) {
    return d2i_AutoPrivateKey(NULL, der, n);
}
static EVP_PKEY *pkcs1(const uint8_t **der, long n) {
    return d2i_PrivateKey(EVP_PKEY_RSA, NULL, der, n);
}
static EVP_PKEY *sec1(const uint8_t **der, long n) {
    return d2i_PrivateKey(EVP_PKEY_EC, NULL, der, n);
}
static EVP_PKEY *public_key(const uint8_t **der, long n) {
    return d2i_PUBKEY(NULL, der, n);
}
static EVP_PKEY *public_pkcs1(const uint8_t **der, long n) {
    return d2i_PublicKey(EVP_PKEY_RSA, NULL, der, n);
}
static EVP_PKEY *certificate(const uint8_t **der, long n) {
    X509 *x509 = d2i_X509(NULL, der, n);
    EVP_PKEY *key = x509 ? X509_get_pubkey(x509) : NULL;
    X509_free(x509);
    return key;
}

static const struct label {
    const char *name;
    EVP_PKEY *(*read)(const uint8_t **der, long n); /* NULL: passed over */
    bool is_private;
} labels[] = {
    {PEM_STRING_PKCS8INF, pkcs8, true},
    {PEM_STRING_RSA, pkcs1, true},
    {PEM_STRING_ECPRIVATEKEY, sec1, true},
    {PEM_STRING_PUBLIC, public_key, false},
    {PEM_STRING_RSA_PUBLIC, public_pkcs1, false},
    {PEM_STRING_X509, certificate, false},
    {PEM_STRING_X509_OLD, certificate, false},
    {PEM_STRING_ECPARAMETERS, NULL, false}, /* `openssl ecparam -genkey` writes them before */
};

struct found {
    EVP_PKEY *key;
    bool is_private;
};
typedef struct found found_ref;
static void found_ref_drop(found_ref *found) {
    EVP_PKEY_free(found->key);
}

/* The first private key, else the first key: a chain begins with the certificate that counts. */
static err take(const struct label *label, const struct pem *block, struct found *found) {
    if (!label->read || (found->key && !label->is_private))
        return OK;
    REQUIRE(!found->is_private, jose_key, "the PEM text has more than one private key");
    const uint8_t *end = block->der;
    EVP_PKEY_free(found->key);
    *found = (struct found){label->read(&end, block->n), label->is_private};
    REQUIRE(found->key && end == block->der + block->n, jose_key,
            "a key or certificate of the PEM text is damaged, or of a kind that is not supported");
    return OK;
}

static err look_at(const struct pem *block, struct found *found) {
    REQUIRE(strcmp(block->label, PEM_STRING_PKCS8) != 0 && !strstr(block->header, "ENCRYPTED"),
            jose_key, "the private key is encrypted: decrypt it first, with openssl pkey");
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(block->label, labels[i].name) == 0)
            return take(&labels[i], block, found);
    return FAIL(jose_key, "the PEM text has something else than keys and certificates");
}

static err find(str text, struct found *found) {
    AUTO(pem_ref) pem = {0};
    TRY(pem_open(text, &pem));
    TRY(pem_next(&pem));
    for (int i = 0; i < MAX_BLOCKS && pem.label; i++) {
        TRY(look_at(&pem, found));
        TRY(pem_next(&pem));
    }
    REQUIRE(found->key, jose_key,
            "there is no PEM key, which begins with -----BEGIN PRIVATE KEY----- or the like");
    return OK;
}

static const struct kind {
    const char *type, *group; /* as OpenSSL names them */
    enum jose_kty kty;
    str crv;
} kinds[] = {
    {"RSA", "", JOSE_KTY_RSA, S_INIT("")},
    {"EC", "prime256v1", JOSE_KTY_EC, S_INIT("P-256")},
    {"EC", "secp384r1", JOSE_KTY_EC, S_INIT("P-384")},
    {"EC", "secp521r1", JOSE_KTY_EC, S_INIT("P-521")},
    {"ED25519", "", JOSE_KTY_OKP, S_INIT("Ed25519")},
    {"ED448", "", JOSE_KTY_OKP, S_INIT("Ed448")},
    {"X25519", "", JOSE_KTY_OKP, S_INIT("X25519")},
};

static err find_kind(EVP_PKEY *key, const struct kind **out) {
    char group[32] = "";
    REQUIRE(!EVP_PKEY_is_a(key, "RSA-PSS"), jose_key,
            "an RSA key that is marked for PSS is not supported: PS256 takes a plain RSA key");
    if (EVP_PKEY_is_a(key, "EC"))
        (void)EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        *out = &kinds[i];
        if (EVP_PKEY_is_a(key, kinds[i].type) && strcmp(group, kinds[i].group) == 0)
            return OK;
    }
    return FAIL(jose_key,
                "the key must be RSA, EC (P-256, P-384, P-521), Ed25519, Ed448 or X25519");
}

/* What jansson frees it does not wipe. */
static void wipe(const json_t *json) {
    const char *name;
    json_t *value;
    json_object_foreach(json_read_members(json), name, value) {
        union {
            const char *read;
            void *write;
        } text = {.read = json_string_value(value)};
        secret_wipe(text.write, json_string_length(value));
    }
}

static err import(const struct memory *memory, str members, str kid, enum jose_alg alg,
                  struct jwk **out) {
    AUTO(json_ref) json = NULL;
    TRY(json_read_object(members, &json));
    int failures = 0;
    if (str_present(kid))
        failures |= json_object_set_new(json, "kid", json_stringn(kid.p, kid.n));
    if (alg != JOSE_NONE)
        failures |= json_object_set_new(json, "alg", json_string(jose_alg_name(alg).p));
    err e = failures ? FAIL(no_memory, "there is no memory for a key")
                     : jwk_import_in(memory, json, out);
    wipe(json);
    return e;
}

static err convert(const struct memory *memory, const struct found *found, str kid,
                   enum jose_alg alg, struct jwk **out) {
    const struct kind *kind;
    TRY(find_kind(found->key, &kind));
    const struct jwk seen = {.kty = kind->kty,
                             .crv = kind->crv,
                             .pkey = found->key,
                             .is_private = found->is_private,
                             .may_sign = true};
    REQUIRE(alg == JOSE_NONE || jwk_fits(&seen, alg), jose_key,
            "the key of the PEM text is not for this algorithm");
    struct arena *arena = arena_new_in(memory, ARENA);
    REQUIRE(arena, no_memory, "there is no memory for a key");
    str members;
    err e = jwk_members_json(&seen, arena, &members);
    if (!failed(e))
        e = import(memory, members, kid, alg, out);
    arena_free(arena);
    return e;
}

err jwk_from_pem_in(const struct memory *memory, str pem, str kid, enum jose_alg alg,
                    struct jwk **out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    AUTO(found_ref) found = {0};
    TRY(find(pem, &found));
    return convert(memory, &found, kid, alg, out);
}
