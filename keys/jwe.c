#include "keys/jwe.h"

#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "keys/digest.h"
#include "keys/jwe_internal.h"

enum { PARTS = 5, MAX_HEADER = 2048, CBC_BLOCK = 16 };

void jwe_ref_drop(struct jwe *jwe) {
    json_decref(jwe->header);
}

/* --- taking apart --------------------------------------------------------------------------- */

static err split(str token, str parts[PARTS]) {
    REQUIRE(token.n <= JWE_MAX, jose_malformed, "the encrypted token is too long");
    for (size_t i = 0; i < PARTS; i++) {
        size_t dot = str_find(token, '.');
        REQUIRE((dot < token.n) == (i + 1 < PARTS), jose_malformed,
                "the encrypted token does not have five parts");
        parts[i] = str_head(token, dot);
        token = str_from_pos(token, dot + 1);
    }
    return OK;
}

/* RFC 7516 4.1.13: an extension that is not known may not be skipped. Compression tells the length
 * of secrets and takes memory; p2c burns the processor: RFC 8725 2.5 and 3.6. */
static err check_extensions(const json_t *header) {
    static const char *const refused[] = {"crit", "zip", "p2c", "p2s"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        REQUIRE(!json_object_get(header, refused[i]), jose_malformed,
                "the encrypted token's header asks for an extension that is not supported");
    return OK;
}

static err read_text(const json_t *header, const char *name, str *out) {
    *out = json_read_str(header, name);
    REQUIRE(str_present(*out) || !json_object_get(header, name), jose_malformed,
            "kid or cty of the encrypted token is not a text");
    return OK;
}

static err decode(struct arena *arena, str part, str *out) {
    err e = base64url_decode(arena, part, out);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), jose_malformed,
            "a part of the encrypted token is not base64url");
    return e;
}

static err read_header(struct arena *arena, str part, struct jwe *out) {
    str text;
    TRY(decode(arena, part, &text));
    err e = json_read_object(text, &out->header);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), jose_malformed,
            "the header of the encrypted token is not a JSON object with unique members");
    TRY(e);
    TRY(check_extensions(out->header));
    TRY(read_text(out->header, "kid", &out->kid));
    TRY(read_text(out->header, "cty", &out->cty));
    out->alg = jwe_alg_from(json_read_str(out->header, "alg"));
    out->enc = jwe_enc_from(json_read_str(out->header, "enc"));
    REQUIRE(out->alg != JWE_ALG_NONE && out->enc != JWE_ENC_NONE, jose_algorithm,
            "the alg or enc of the encrypted token is not supported");
    out->aad = part;
    return OK;
}

/* A length is what the algorithm says, never what the token says: a short tag is easy to guess. */
static err check_lengths(const struct jwe *jwe) {
    const struct jwe_enc_row *enc = jwe_enc_row(jwe->enc);
    REQUIRE(jwe->iv.n == enc->iv && jwe->tag.n == enc->tag, jose_malformed,
            "the IV or tag of the encrypted token has the wrong length");
    REQUIRE(!enc->hash || (jwe->ciphertext.n > 0 && jwe->ciphertext.n % CBC_BLOCK == 0),
            jose_malformed, "the ciphertext of the encrypted token is not whole blocks");
    REQUIRE((jwe->encrypted_key.n == 0) == jwe_alg_is_direct(jwe->alg), jose_malformed,
            "the encrypted token has a key where none belongs, or none where one does");
    return OK;
}

err jwe_parse(struct arena *arena, str token, struct jwe *out) {
    str parts[PARTS];
    *out = (struct jwe){0};
    TRY(split(token, parts));
    TRY(read_header(arena, parts[0], out));
    TRY(decode(arena, parts[1], &out->encrypted_key));
    TRY(decode(arena, parts[2], &out->iv));
    TRY(decode(arena, parts[3], &out->ciphertext));
    TRY(decode(arena, parts[4], &out->tag));
    return check_lengths(out);
}

/* --- the content key ------------------------------------------------------------------------ */

static bool is_ecdh(enum jwe_alg alg) {
    return jwe_alg_row(alg)->kty == JOSE_KTY_EC;
}

/* RFC 7518 4.5: the shared key is the content key, so it has its length. */
static err copy_shared(const struct jwk *key, enum jwe_enc enc, jwe_bytes *cek) {
    REQUIRE(key->secret_size == jwe_enc_row(enc)->key, jose_key,
            "the shared key has not the length that enc asks for");
    cek->n = key->secret_size;
    memcpy(cek->bytes, key->secret, cek->n);
    return OK;
}

/* A random key first: where unwrapping fails, it stays, and the content does not verify. */
static err find_cek(const struct jwk *key, const struct jwe *jwe, struct arena *arena,
                    jwe_bytes *cek) {
    AUTO(jwe_bytes) derived = {0};
    if (jwe->alg == JWE_DIR)
        return copy_shared(key, jwe->enc, cek);
    if (is_ecdh(jwe->alg))
        TRY(jwe_ecdh_receive(key, jwe, arena, &derived));
    if (jwe->alg == JWE_ECDH_ES) {
        *cek = derived;
        return OK;
    }
    cek->n = jwe_enc_row(jwe->enc)->key;
    TRY(random_bytes(cek->bytes, cek->n));
    (void)jwe_key_open(key, jwe->alg, &derived, jwe->encrypted_key, cek);
    return OK;
}

err jwe_decrypt(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, str token,
                struct arena *arena, str *plain) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    AUTO(jwe_ref) jwe = {0};
    AUTO(jwe_bytes) cek = {0};
    *plain = STR_ABSENT;
    TRY(jwe_parse(arena, token, &jwe));
    REQUIRE(jwe.alg == alg && (enc == JWE_ENC_NONE || jwe.enc == enc), jose_algorithm,
            "the token is encrypted with another alg or enc");
    REQUIRE(jwk_fits_encryption(key, alg) && key->is_private && key->may_decrypt, jose_key,
            "the key cannot decrypt with this algorithm");
    TRY(find_cek(key, &jwe, arena, &cek));
    return jwe_content_open(&jwe, &cek, arena, plain);
}

/* --- encrypting ----------------------------------------------------------------------------- */

/* What goes into the header and the second part, and the key for the content. */
struct sealed_key {
    str epk, encrypted; /* absent epk: none */
    jwe_bytes cek;
};

static err make_cek(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, struct arena *arena,
                    struct sealed_key *out) {
    AUTO(jwe_bytes) derived = {0};
    out->encrypted = S("");
    if (alg == JWE_DIR)
        return copy_shared(key, enc, &out->cek);
    if (is_ecdh(alg))
        TRY(jwe_ecdh_send(key, alg, enc, arena, &out->epk, &derived));
    if (alg == JWE_ECDH_ES) {
        out->cek = derived;
        return OK;
    }
    out->cek.n = jwe_enc_row(enc)->key;
    TRY(random_bytes(out->cek.bytes, out->cek.n));
    return jwe_key_seal(key, alg, &derived, &out->cek, arena, &out->encrypted);
}

struct header {
    enum jwe_alg alg;
    enum jwe_enc enc;
    str kid, cty, epk;
};

static err write_header(const struct header *header, struct arena *arena, str *out) {
    struct json_put j = json_put_begin(arena, MAX_HEADER);
    str text;
    json_put_open(&j, '{');
    json_put_str(&j, "alg", jwe_alg_name(header->alg));
    json_put_str(&j, "enc", jwe_enc_name(header->enc));
    json_put_str(&j, "cty", header->cty);
    json_put_str(&j, "kid", header->kid);
    if (str_present(header->epk))
        json_put_raw(&j, "epk", header->epk);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    return base64url_encode(arena, text, out);
}

static err join(const struct jwe *jwe, struct arena *arena, str *out) {
    str key, iv, ciphertext, tag;
    TRY(base64url_encode(arena, jwe->encrypted_key, &key));
    TRY(base64url_encode(arena, jwe->iv, &iv));
    TRY(base64url_encode(arena, jwe->ciphertext, &ciphertext));
    TRY(base64url_encode(arena, jwe->tag, &tag));
    return STR_JOIN(arena, out, jwe->aad, S("."), key, S("."), iv, S("."), ciphertext, S("."), tag);
}

static err seal_content(enum jwe_enc enc, const struct sealed_key *key, str aad, str plain,
                        struct arena *arena, str *out) {
    struct jwe jwe = {.encrypted_key = key->encrypted};
    size_t n = jwe_enc_row(enc)->iv;
    uint8_t *iv = arena_alloc(arena, n);
    REQUIRE(iv, no_memory, "there is no memory for a token");
    TRY(random_bytes(iv, n));
    TRY(jwe_content_seal(&(struct jwe_content){enc, &key->cek, aad, str_of((char *)iv, n)}, plain,
                         arena, &jwe));
    return join(&jwe, arena, out);
}

/* NOLINTNEXTLINE(readability-function-size): what a header needs, and the text */
err jwe_encrypt(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, str cty, str plain,
                struct arena *arena, str *out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    str header = STR_ABSENT;
    struct sealed_key sealed = {.encrypted = STR_ABSENT};
    REQUIRE(alg != JWE_ALG_NONE && enc != JWE_ENC_NONE, jose_algorithm,
            "a token is encrypted with an alg and an enc of the tables");
    REQUIRE(jwk_fits_encryption(key, alg) && key->may_encrypt, jose_key,
            "the key is not for this algorithm");
    /* What nobody could decrypt again is not made. */
    REQUIRE(plain.n <= JWE_MAX / 4 * 3 - MAX_HEADER * 2, jose_malformed,
            "the text is too long to be encrypted as a token");
    err e = make_cek(key, alg, enc, arena, &sealed);
    if (!failed(e))
        e = write_header(&(struct header){alg, enc, key->kid, cty, sealed.epk}, arena, &header);
    if (!failed(e))
        e = seal_content(enc, &sealed, header, plain, arena, out);
    secret_wipe(&sealed, sizeof sealed);
    return e;
}

err jwe_key_from_client_secret_in(const struct memory *memory, secret client_secret,
                                  enum jwe_alg alg, enum jwe_enc enc, struct jwk **out) {
    AUTO(jwe_bytes) hash = {0};
    REQUIRE(jwe_alg_is_symmetric(alg) && (alg != JWE_DIR || enc != JWE_ENC_NONE), jose_algorithm,
            "a client secret makes keys for dir, A128KW, A192KW and A256KW only");
    REQUIRE(client_secret.len > 0, jose_key, "a client secret must not be empty");
    size_t n = alg == JWE_DIR ? jwe_enc_row(enc)->key : jwe_alg_row(alg)->size;
    str text = str_of((const char *)client_secret.bytes, client_secret.len);
    hash.n = sha2(n <= 32 ? 256 : n <= 48 ? 384 : 512, text, hash.bytes);
    return jwk_new_oct(memory, (secret){hash.bytes, n}, out);
}
