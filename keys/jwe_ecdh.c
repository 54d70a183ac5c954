/* ECDH-ES (RFC 7518 4.6, RFC 8037 3.2): a shared secret with a fresh key, through the Concat KDF.
 */
#include <openssl/ec.h>

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/digest.h"
#include "keys/jwe_internal.h"

enum { MAX_PARTY = 512, MAX_INFO = 2 * MAX_PARTY + 64, MAX_SHARED = 66, SHA256_BYTES = 32 };

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

/* NIST SP 800-56A 5.8.1.1: SHA-256 over a counter, the secret and the info, until there is enough.
 */
static err concat_kdf(const shared *z, str info, jwe_bytes *out) {
    char text[4 + MAX_SHARED + MAX_INFO];
    REQUIRE(info.n <= MAX_INFO, jose_malformed, "apu or apv of the token is too long");
    memcpy(text + 4, z->bytes, z->n);
    memcpy(text + 4 + z->n, info.p, info.n);
    for (size_t done = 0; done < out->n; done += SHA256_BYTES) {
        (void)number32(done / SHA256_BYTES + 1, text);
        struct sha256 block = sha256(str_of(text, 4 + z->n + info.n));
        size_t n = out->n - done < SHA256_BYTES ? out->n - done : SHA256_BYTES;
        memcpy(out->bytes + done, block.bytes, n);
        secret_wipe(&block, sizeof block);
    }
    secret_wipe(text, sizeof text);
    return OK;
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
    return concat_kdf(z, info, out);
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
