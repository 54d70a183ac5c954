/* Mistakes of other libraries, by the name they are known under: each is one row that must fail
 * here. Those that concern one function only stand with its tests (DPoP: dpop_test.c). */
#include <openssl/pem.h>

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/jwe_internal.h"
#include "keys/jws.h"
#include "keys/tests/jws_sign_helper.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *keys[JOSE_ALG_COUNT]; /* private; RSA without alg */

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 28);
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++)
        keys[alg] = helper_key((enum jose_alg)alg);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++)
        jwk_free(keys[alg]);
    arena_free(arena);
    return 0;
}

/* --- public keys as secrets ----------------------------------------------------------------- */

static str spki(const struct jwk *key, bool pem) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes;
    str out;
    assert_int_equal(pem ? PEM_write_bio_PUBKEY(bio, key->pkey) : i2d_PUBKEY_bio(bio, key->pkey),
                     1);
    long n = BIO_get_mem_data(bio, &bytes);
    assert_ok(str_dup(arena, str_of(bytes, (size_t)n), &out));
    BIO_free(bio);
    return out;
}

/* The set that everybody can read; alg: JOSE_NONE leaves it out. */
static struct jwk_set *published(const struct jwk *key, enum jose_alg alg) {
    AUTO(json_ref) jwk = NULL;
    AUTO(json_ref) set = json_object();
    struct jwk_set *out;
    str text;
    assert_ok(jwk_bare_json(key, arena, &text));
    assert_ok(json_read_object(text, &jwk));
    if (alg != JOSE_NONE)
        json_object_set_new(jwk, "alg", json_string(jose_alg_name(alg).p));
    json_object_set_new(set, "keys", json_pack("[O]", jwk));
    assert_ok(jwk_set_import(set, &out));
    assert_int_equal(jwk_set_size(out), 1);
    return out;
}

/* What the receiver would do that lets the token choose, and the one that has agreed on `owner`. */
static void assert_no_key(const struct jwk_set *set, enum jose_alg owner, str token) {
    AUTO(jws_ref) jws = {0};
    const struct jwk *found;
    assert_ok(jws_parse(arena, token, &jws));
    assert_err(jwk_set_find(set, jws.alg, jws.kid, &found), jose_key);
    assert_err(jws_verify(&jws, jws.alg, jwk_set_at(set, 0)), jose_key);
    assert_err(jws_verify(&jws, owner, jwk_set_at(set, 0)), jose_algorithm);
}

/* libjwt CVE-2026-44699 (an RSA JWK without alg was an HMAC key of length zero), libjwt 1.x (HS256
 * keyed with a PEM; key_len 0), RFC 8725 2.1. */
static void cve_2026_44699_hmac_under_a_published_key(void **state) {
    (void)state;
    static const enum jose_alg owners[] = {JOSE_RS256, JOSE_PS512,   JOSE_ES256, JOSE_ES384,
                                           JOSE_ES512, JOSE_Ed25519, JOSE_Ed448};
    static const char *const headers[] = {"{'alg':'HS256'}", "{'alg':'HS384'}", "{'alg':'HS512'}"};
    for (size_t i = 0; i < COUNT(owners); i++) {
        const struct jwk *key = keys[owners[i]];
        str jwk, pem = spki(key, true);
        assert_ok(jwk_bare_json(key, arena, &jwk));
        const str secrets[] = {S(""), S("\0"), pem, str_head(pem, pem.n - 1), spki(key, false),
                               jwk};
        for (int named = 0; named < 2; named++) {
            struct jwk_set *set = published(key, named ? owners[i] : JOSE_NONE);
            for (size_t k = 0; k < COUNT(secrets); k++)
                for (int h = 0; h < 3; h++) {
                    str input = helper_input(arena, headers[h], "{\"sub\":\"admin\"}");
                    str mac =
                        helper_hmac(arena, (enum jose_alg)(JOSE_HS256 + h), secrets[k], input);
                    assert_no_key(set, owners[i], helper_token(arena, input, mac));
                }
            jwk_set_free(set);
        }
    }
}

/* libjwt 1.x: a PEM that was configured where a secret belongs, and a secret of no bytes. */
static void libjwt_1_pem_or_nothing_as_secret(void **state) {
    (void)state;
    struct jwk *key = NULL;
    str pem = str_head(spki(keys[JOSE_ES256], true), 256);
    for (enum jose_alg alg = JOSE_HS256; alg <= JOSE_HS512; alg++) {
        assert_err(jwk_from_secret(secret_of(pem), alg, &key), jose_key);
        assert_err(jwk_from_secret(secret_of(S("")), alg, &key), jose_key);
        assert_err(jwk_from_secret(secret_of(STR_ABSENT), alg, &key), jose_key);
        assert_err(jwk_from_pem(pem, STR_ABSENT, alg, &key), jose_key);
    }
    assert_null(key);
}

/* --- algorithms ------------------------------------------------------------------------------- */

/* libjwt after 3.6.1 (c948840): RS512 passed for a key that names RS256. A right signature by the
 * right key, under each other name that the key could sign with. */
static void libjwt_c948840_another_alg_than_that_of_the_key(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_RS384, JOSE_RS512,
                                         JOSE_PS256, JOSE_PS384, JOSE_PS512};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct jwk_set *set = published(keys[JOSE_RS256], algs[i]);
        for (size_t k = 0; k < COUNT(algs); k++) {
            AUTO(jws_ref) jws = {0};
            const struct jwk *found;
            str token;
            assert_ok(jws_sign(keys[JOSE_RS256], algs[k], S("JWT"), S("{}"), arena, &token));
            assert_ok(jws_parse(arena, token, &jws));
            assert_int_equal(!failed(jwk_set_find(set, algs[k], STR_ABSENT, &found)), i == k);
            assert_int_equal(!failed(jws_verify(&jws, algs[k], jwk_set_at(set, 0))), i == k);
            assert_int_equal(!failed(jws_verify(&jws, algs[i], jwk_set_at(set, 0))), i == k);
        }
        jwk_set_free(set);
    }
}

/* Authlib CVE-2026-28802: none with an empty signature; with and without one, in any case. */
static void cve_2026_28802_alg_none(void **state) {
    (void)state;
    static const char *const headers[] = {"{'alg':'none'}", "{'alg':'None'}", "{'alg':'nOnE'}",
                                          "{'alg':'NONE'}", "{'alg':''}",     "{'typ':'JWT'}"};
    for (size_t i = 0; i < COUNT(headers); i++) {
        AUTO(jws_ref) jws = {0};
        str input = helper_input(arena, headers[i], "{}"), bare;
        assert_ok(STR_JOIN(arena, &bare, input, S(".")));
        assert_err(jws_parse(arena, bare, &jws), jose_malformed);
        jws_ref_drop(&jws);
        assert_err(jws_parse(arena, helper_token(arena, input, S("x")), &jws), jose_algorithm);
    }
}

/* Authlib CVE-2025-59420: a critical extension that is not known, under a right signature. */
static void cve_2025_59420_unknown_crit(void **state) {
    (void)state;
    static const char *const headers[] = {"{'alg':'ES256','crit':['cnf'],'cnf':{}}",
                                          "{'alg':'ES256','crit':['b64'],'b64':true}",
                                          "{'alg':'ES256','crit':['exp','alg']}",
                                          "{'alg':'ES256','crit':'x'}",
                                          "{'alg':'ES256','crit':{}}",
                                          "{'alg':'ES256','b64':false}"};
    for (size_t i = 0; i < COUNT(headers); i++) {
        str input = helper_input(arena, headers[i], "{}");
        str der = helper_ecdsa_der(arena, keys[JOSE_ES256], JOSE_ES256, input);
        str token = helper_token(arena, input, helper_ecdsa_raw(arena, der, 32));
        assert_err(helper_verify(arena, token, JOSE_ES256, keys[JOSE_ES256]), jose_malformed);
    }
}

/* --- lengths and texts ----------------------------------------------------------------------- */

/* A signature whose first byte is zero, found by trying. */
static str with_leading_zero(str *input) {
    static const struct helper_rsa_way way = {.hash = "SHA256"};
    for (int i = 0; i < 20000; i++) {
        char payload[32];
        snprintf(payload, sizeof payload, "{\"i\":%d}", i);
        *input = helper_input(arena, "{'alg':'RS256'}", payload);
        str signature = helper_rsa(arena, keys[JOSE_RS256], &way, *input);
        if (signature.p[0] == 0)
            return signature;
    }
    fail();
    return STR_ABSENT;
}

/* libjwt #281: a short RSA signature was read past its end. The number is right, the length is not.
 */
static void libjwt_281_rsa_signature_of_another_length(void **state) {
    (void)state;
    str input, good = with_leading_zero(&input), longer;
    assert_ok(STR_JOIN(arena, &longer, str_of("\0", 1), good));
    const str bad[] = {str_from_pos(good, 1), longer, str_head(good, good.n - 1),
                       str_head(good, 1)};
    assert_ok(helper_verify(arena, helper_token(arena, input, good), JOSE_RS256, keys[JOSE_RS256]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(
            helper_verify(arena, helper_token(arena, input, bad[i]), JOSE_RS256, keys[JOSE_RS256]),
            jose_signature);
}

/* libjwt #284: base64 that is not base64url, in each of the parts, where skipping it would verify.
 */
static void libjwt_284_lax_base64(void **state) {
    (void)state;
    static const char *const inserts[] = {"=", "==", " ", "\n", "\r\n", "\t", "+", "/", "~", "%3D"};
    str token;
    assert_ok(jws_sign(keys[JOSE_EdDSA], JOSE_EdDSA, S("JWT"), S("{\"a\":1}"), arena, &token));
    assert_ok(helper_verify(arena, token, JOSE_EdDSA, keys[JOSE_EdDSA]));
    size_t dot = str_find(token, '.'),
           second = dot + 1 + str_find(str_from_pos(token, dot + 1), '.');
    const size_t places[] = {0, 1, dot - 1, dot, dot + 1, second - 1, second, second + 1, token.n};
    for (size_t i = 0; i < COUNT(inserts); i++)
        for (size_t k = 0; k < COUNT(places); k++) {
            str changed;
            assert_ok(STR_JOIN(arena, &changed, str_head(token, places[k]), str_from(inserts[i]),
                               str_from_pos(token, places[k])));
            assert_err(helper_verify(arena, changed, JOSE_EdDSA, keys[JOSE_EdDSA]), jose_malformed);
        }
}

/* Authlib CVE-2025-61920: segments of megabytes were decoded. Too long is too long unread. */
static void cve_2025_61920_huge_segments(void **state) {
    (void)state;
    enum { HUGE_SIZE = 4 << 20 };
    char *bytes = arena_alloc(arena, HUGE_SIZE);
    for (int where = 0; where < 4; where++) {
        AUTO(jws_ref) jws = {0};
        AUTO(jwe_ref) jwe = {0};
        struct arena *small = arena_new(1 << 20);
        memset(bytes, where == 3 ? '.' : 'A', HUGE_SIZE);
        bytes[where == 0 ? HUGE_SIZE - 4 : 20] = bytes[where == 2 ? 40 : HUGE_SIZE - 2] = '.';
        assert_err(jws_parse(small, str_of(bytes, HUGE_SIZE), &jws), jose_malformed);
        assert_err(jwe_parse(small, str_of(bytes, HUGE_SIZE), &jwe), jose_malformed);
        assert_int_equal(arena_used(small), 0);
        arena_free(small);
    }
}

/* libjwt #213: "{}" wrote one byte past its end, and long texts ended the stack. */
static void libjwt_213_texts_of_any_length(void **state) {
    (void)state;
    char *text = arena_alloc(arena, 1 << 20);
    memset(text, ' ', 1 << 20);
    memcpy(text, "{}", 2);
    for (size_t n = 2; n <= 1 << 20; n = n < 300 ? n + 1 : n * 3) {
        str token;
        struct arena *scratch = arena_new(8 << 20);
        assert_ok(
            jws_sign(keys[JOSE_EdDSA], JOSE_EdDSA, S("JWT"), str_of(text, n), scratch, &token));
        err e = helper_verify(scratch, token, JOSE_EdDSA, keys[JOSE_EdDSA]);
        assert_int_equal(failed(e), token.n > JWS_MAX);
        arena_free(scratch);
    }
}

/* --- encrypted tokens ------------------------------------------------------------------------- */

/* A token whose content is under `cek`, whatever its encrypted key holds. */
static str jwe_with(const char *header, str encrypted, enum jwe_enc enc, const jwe_bytes *cek) {
    struct jwe sealed = {0};
    str head = helper_input(arena, header, ""), out;
    const struct jwe_enc_row *row = jwe_enc_row(enc);
    const struct jwe_content content = {.enc = enc,
                                        .cek = cek,
                                        .aad = str_head(head, head.n - 1),
                                        .iv = str_of("0123456789abcdef", row->iv)};
    assert_ok(jwe_content_seal(&content, S("an admin"), arena, &sealed));
    const str parts[] = {content.aad,
                         S("."),
                         encrypted.n ? helper_base64(arena, encrypted) : S(""),
                         S("."),
                         helper_base64(arena, content.iv),
                         S("."),
                         helper_base64(arena, sealed.ciphertext),
                         S("."),
                         helper_base64(arena, sealed.tag)};
    assert_ok(str_join(arena, parts, COUNT(parts), &out));
    return out;
}

static const struct path {
    enum jwe_alg alg;
    const char *header;
} paths[] = {{JWE_RSA_OAEP, "{'alg':'RSA-OAEP','enc':'A256GCM'}"},
             {JWE_A192KW, "{'alg':'A192KW','enc':'A256GCM'}"},
             {JWE_RSA_OAEP_256, "{'alg':'RSA-OAEP-256','enc':'A256GCM'}"},
             {JWE_A128KW, "{'alg':'A128KW','enc':'A256GCM'}"},
             {JWE_A256KW, "{'alg':'A256KW','enc':'A256GCM'}"}};

static struct jwk *path_key(enum jwe_alg alg) {
    struct jwk *key;
    if (jwe_alg_is_symmetric(alg))
        assert_ok(jwe_key_from_client_secret(secret_of(S("s")), alg, JWE_A256GCM, &key));
    else
        assert_ok(jwk_generate_encryption(alg, &key));
    return key;
}

/* rhonabwy CVE-2022-38493 (length of an RSA-OAEP key), CVE-2022-32096 (overflow in a key unwrap):
 * the encrypted key is right, but as long as it likes. Its content is under what a lax reader would
 * take: the key cut, or filled with zeros. */
static void cve_2022_38493_content_key_of_another_length(void **state) {
    (void)state;
    static const size_t sizes[] = {16, 24, 40, 48, 64};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct jwk *key = path_key(paths[i].alg);
        for (size_t k = 0; k < COUNT(sizes) + 1; k++) {
            jwe_bytes cek = {.n = k < COUNT(sizes) ? sizes[k] : 32}, taken = {.n = 32};
            str encrypted, plain;
            memset(cek.bytes, 7, cek.n);
            memcpy(taken.bytes, cek.bytes, cek.n < 32 ? cek.n : 32);
            assert_ok(jwe_key_seal(key, paths[i].alg, NULL, &cek, arena, &encrypted));
            err e = jwe_decrypt(key, paths[i].alg, JWE_A256GCM,
                                jwe_with(paths[i].header, encrypted, JWE_A256GCM, &taken), arena,
                                &plain);
            assert_string_equal(err_name(e.code), cek.n == 32 ? "ok" : "jose_signature");
        }
        jwk_free(key);
    }
}

/* cjose, 2026-06: after a failed unwrap the content key was all zeros, which anybody knows. */
static void cjose_2026_content_key_of_zeros(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 7, 8, 16, 24, 39, 40, 41, 72, 255, 256, 257, 512, 4096};
    const jwe_bytes zeros = {.n = 32};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct jwk *key = path_key(paths[i].alg);
        for (size_t k = 0; k < COUNT(sizes); k++) {
            str plain, garbage = str_of(arena_alloc(arena, sizes[k]), sizes[k]);
            assert_err(jwe_decrypt(key, paths[i].alg, JWE_A256GCM,
                                   jwe_with(paths[i].header, garbage, JWE_A256GCM, &zeros), arena,
                                   &plain),
                       jose_signature);
        }
        jwk_free(key);
    }
}

/* cjose CVE-2023-37464: as few bytes of a right tag as the token liked. */
static void cve_2023_37464_short_tag(void **state) {
    (void)state;
    struct jwk *key = path_key(JWE_A256KW);
    str token, plain;
    assert_ok(jwe_encrypt(key, JWE_A256KW, JWE_A256GCM, STR_ABSENT, S("x"), arena, &token));
    size_t tag = token.n - 22;
    assert_int_equal(token.p[tag - 1], '.');
    for (size_t n = 0; n < 22; n++)
        assert_err(
            jwe_decrypt(key, JWE_A256KW, JWE_A256GCM, str_head(token, tag + n), arena, &plain),
            jose_malformed);
    jwk_free(key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cve_2026_44699_hmac_under_a_published_key),
        cmocka_unit_test(libjwt_1_pem_or_nothing_as_secret),
        cmocka_unit_test(libjwt_c948840_another_alg_than_that_of_the_key),
        cmocka_unit_test(cve_2026_28802_alg_none),
        cmocka_unit_test(cve_2025_59420_unknown_crit),
        cmocka_unit_test(libjwt_281_rsa_signature_of_another_length),
        cmocka_unit_test(libjwt_284_lax_base64),
        cmocka_unit_test(cve_2025_61920_huge_segments),
        cmocka_unit_test(libjwt_213_texts_of_any_length),
        cmocka_unit_test(cve_2022_38493_content_key_of_another_length),
        cmocka_unit_test(cjose_2026_content_key_of_zeros),
        cmocka_unit_test(cve_2023_37464_short_tag),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
