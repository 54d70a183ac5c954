/* ECDH-ES (RFC 7518 4.6, RFC 8037 3.2): a shared secret with a fresh key, through the Concat KDF of
 * NIST SP 800-56A, which OpenSSL calls SSKDF. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/jwe_internal.h"

enum { MAX_PARTY = 512, MAX_SHARED = 66 };

typedef EVP_KDF *kdf_ref;
static void kdf_ref_drop(kdf_ref *kdf) {
    EVP_KDF_free(*kdf);
}
typedef EVP_KDF_CTX *kdf_ctx_ref;
static void kdf_ctx_ref_drop(kdf_ctx_ref *context) {
    EVP_KDF_CTX_free(*context);
}
typedef struct jwk *jwk_ref;
static void jwk_ref_drop(jwk_ref *jwk) {
    jwk_free(*jwk);
}
typedef struct shared {
    uint8_t bytes[MAX_SHARED];
    size_t n;
} shared;
static void shared_drop(shared *z) {
    secret_wipe(z, sizeof *z);
}

/* OpenSSL checks the peer's point, and refuses an all-zero secret of X25519 (RFC 7748 6.1). */
static bool agree(EVP_PKEY *mine, EVP_PKEY *peer, shared *z) {
    AUTO(pkey_ctx_ref) context = EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL);
    z->n = sizeof z->bytes;
    return context && EVP_PKEY_derive_init(context) == 1 &&
           EVP_PKEY_derive_set_peer(context, peer) == 1 &&
           EVP_PKEY_derive(context, z->bytes, &z->n) == 1;
}

static str number32(size_t n, char out[4]) {
    for (size_t i = 0; i < 4; i++)
        out[i] = (char)(n >> (24 - 8 * i) & 0xff);
    return str_of(out, 4);
}

/* RFC 7518 4.6.2: each of the first three behind its length; then the bits of the key. */
static err other_info(str algorithm, str apu, str apv, size_t bits, struct arena *arena, str *out) {
    char a[4], u[4], v[4], k[4];
    return STR_JOIN(arena, out, number32(algorithm.n, a), algorithm, number32(apu.n, u), apu,
                    number32(apv.n, v), apv, number32(bits, k));
}

static bool concat_kdf(const shared *z, str info, jwe_bytes *out) {
    char hash[] = "SHA2-256";
    shared key = *z;
    uint8_t text[2 * MAX_PARTY + 64];
    if (info.n > sizeof text)
        return false;
    memcpy(text, info.p, info.n);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.bytes, key.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, text, info.n),
        OSSL_PARAM_construct_end(),
    };
    AUTO(kdf_ref) kdf = EVP_KDF_fetch(NULL, "SSKDF", NULL);
    AUTO(kdf_ctx_ref) context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    bool done = context && EVP_KDF_derive(context, out->bytes, out->n, params) == 1;
    shared_drop(&key);
    return done;
}

struct parties {
    enum jwe_alg alg;
    enum jwe_enc enc;
    str apu, apv;
};

/* RFC 7518 4.6.2: ECDH-ES derives the content key and names enc; with key wrapping it derives the
 * wrapping key and names alg. */
static err derive(const shared *z, const struct parties *parties, struct arena *arena,
                  jwe_bytes *out) {
    const struct jwe_alg_row *alg = jwe_alg_row(parties->alg);
    const struct jwe_enc_row *enc = jwe_enc_row(parties->enc);
    str info;
    out->n = alg->size ? alg->size : enc->key;
    TRY(other_info(alg->size ? alg->name : enc->name, parties->apu, parties->apv, out->n * 8, arena,
                   &info));
    REQUIRE(concat_kdf(z, info, out), internal, "a key could not be derived");
    return OK;
}

static EVP_PKEY *fresh(const struct jwk *key) {
    return key->kty == JOSE_KTY_EC ? EVP_EC_gen(key->crv.p)
                                   : EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
}

err jwe_ecdh_send(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, struct arena *arena,
                  str *epk, jwe_bytes *out) {
    AUTO(shared) z = {0};
    AUTO(pkey_ref) mine = fresh(key);
    REQUIRE(mine, internal, "a key could not be generated");
    TRY(jwk_bare_json(&(struct jwk){.kty = key->kty, .crv = key->crv, .pkey = mine}, arena, epk));
    REQUIRE(agree(mine, key->pkey, &z), jose_key, "no secret can be shared with this key");
    return derive(&z, &(struct parties){.alg = alg, .enc = enc}, arena, out);
}

/* RFC 7518 4.6.1.2, 4.6.1.3: base64url. */
static err read_party(const json_t *header, const char *name, struct arena *arena, str *out) {
    str text = json_read_str(header, name);
    *out = S("");
    if (!json_object_get(header, name))
        return OK;
    REQUIRE(str_present(text) && !failed(base64url_decode(arena, text, out)) && out->n <= MAX_PARTY,
            jose_malformed, "apu or apv of the token is not base64url, or too long");
    return OK;
}

/* RFC 7518 4.6.1.1: only public members, on the curve of the key; the import refuses points that
 * are not on it. */
static err read_epk(const struct jwk *key, const json_t *header, const struct memory *memory,
                    struct jwk **out) {
    const json_t *epk = json_object_get(header, "epk");
    REQUIRE(json_is_object(epk), jose_malformed, "the epk of the token is not a public key");
    err e = jwk_import_in(memory, epk, out);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), jose_malformed,
            "the epk of the token is not a public key");
    TRY(e);
    REQUIRE(!(*out)->is_private, jose_malformed, "the epk of the token has a private part");
    REQUIRE((*out)->kty == key->kty && str_eq((*out)->crv, key->crv), jose_malformed,
            "the epk of the token is not on the curve of the key");
    return OK;
}

err jwe_ecdh_receive(const struct jwk *key, const struct jwe *jwe, struct arena *arena,
                     jwe_bytes *out) {
    AUTO(shared) z = {0};
    AUTO(jwk_ref) epk = NULL;
    struct parties parties = {.alg = jwe->alg, .enc = jwe->enc};
    TRY(read_epk(key, jwe->header, arena_memory(arena), &epk));
    TRY(read_party(jwe->header, "apu", arena, &parties.apu));
    TRY(read_party(jwe->header, "apv", arena, &parties.apv));
    REQUIRE(agree(key->pkey, epk->pkey, &z), jose_malformed,
            "no secret can be shared with the epk of the token");
    return derive(&z, &parties, arena, out);
}
