/* What is encrypted to a key is decrypted with it, with nothing else, and only unaltered. */
#include "keys/jwe.h"

#include "common/base/base64url.h"
#include "keys/jwe_internal.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *keys[JWE_ALG_COUNT][JWE_ENC_COUNT]; /* one for each alg, for dir also each enc */

static const uint8_t client_secret[] = "a client secret of some length";

static void make_key(enum jwe_alg alg, enum jwe_enc enc) {
    if (jwe_alg_is_symmetric(alg))
        assert_ok(jwe_key_from_client_secret((secret){client_secret, sizeof client_secret - 1}, alg,
                                             enc, &keys[alg][enc]));
    else if (enc == JWE_A128GCM)
        assert_ok(jwk_generate_encryption(alg, &keys[alg][enc]));
    else
        keys[alg][enc] = keys[alg][JWE_A128GCM];
}

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 26);
    for (int alg = 1; alg < JWE_ALG_COUNT; alg++)
        for (int enc = 1; enc < JWE_ENC_COUNT; enc++)
            make_key((enum jwe_alg)alg, (enum jwe_enc)enc);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    for (int alg = 1; alg < JWE_ALG_COUNT; alg++)
        for (int enc = 1; enc < JWE_ENC_COUNT; enc++)
            if (enc == 1 || keys[alg][enc] != keys[alg][1])
                jwk_free(keys[alg][enc]);
    arena_free(arena);
    return 0;
}

static str made(enum jwe_alg alg, enum jwe_enc enc, str plain) {
    str token;
    assert_ok(jwe_encrypt(keys[alg][enc], alg, enc, S("JWT"), plain, arena, &token));
    return token;
}

static err opened(enum jwe_alg alg, enum jwe_enc enc, str token) {
    str plain;
    err e = jwe_decrypt(keys[alg][enc], alg, enc, token, arena, &plain);
    assert_true(str_present(plain) != failed(e));
    return e;
}

#define EACH_PAIR(alg, enc)                                                                        \
    for (enum jwe_alg alg = JWE_ALG_NONE + 1; alg < JWE_ALG_COUNT; alg++)                          \
        for (enum jwe_enc enc = JWE_ENC_NONE + 1; enc < JWE_ENC_COUNT; enc++)

static void each_alg_and_enc_goes_round(void **state) {
    (void)state;
    char text[257];
    memset(text, 'x', sizeof text);
    EACH_PAIR(alg, enc) {
        static const size_t lengths[] = {0, 1, 15, 16, 17, 257};
        for (size_t i = 0; i < COUNT(lengths); i++) {
            str plain, token = made(alg, enc, str_of(text, lengths[i]));
            assert_ok(jwe_decrypt(keys[alg][enc], alg, enc, token, arena, &plain));
            assert_true(str_eq(plain, str_of(text, lengths[i])));
            assert_ok(jwe_decrypt(keys[alg][enc], alg, JWE_ENC_NONE, token, arena, &plain));
            AUTO(jwe_ref) jwe = {0};
            assert_ok(jwe_parse(arena, token, &jwe));
            assert_true(jwe.alg == alg && jwe.enc == enc && str_eq(jwe.cty, S("JWT")));
            assert_true(str_eq(jwe.kid, jwk_kid(keys[alg][enc])));
        }
    }
}

static void two_tokens_of_one_text_share_nothing(void **state) {
    (void)state;
    EACH_PAIR(alg, enc) {
        AUTO(jwe_ref) a = {0};
        AUTO(jwe_ref) b = {0};
        assert_ok(jwe_parse(arena, made(alg, enc, S("text")), &a));
        assert_ok(jwe_parse(arena, made(alg, enc, S("text")), &b));
        assert_false(str_eq(a.iv, b.iv));
        assert_false(str_eq(a.ciphertext, b.ciphertext));
        assert_true(a.encrypted_key.n == 0 || !str_eq(a.encrypted_key, b.encrypted_key));
    }
}

static str part_of(str token, int wanted) {
    str part = STR_ABSENT;
    for (int i = 0; i <= wanted; i++)
        assert_true(str_next(&token, '.', &part));
    return part;
}

/* The token with one part replaced. */
static str with_part(str token, int wanted, str part) {
    str out = S("");
    for (int i = 0; i < 5; i++)
        assert_ok(
            STR_JOIN(arena, &out, out, i ? S(".") : S(""), i == wanted ? part : part_of(token, i)));
    return out;
}

static str bytes_of(str token, int part) {
    str bytes;
    assert_ok(base64url_decode(arena, part_of(token, part), &bytes));
    return bytes;
}

static str with_bytes(str token, int part, str bytes) {
    return with_part(token, part, bytes.n ? helper_base64(arena, bytes) : S(""));
}

static str flipped(str bytes, size_t at) {
    char *copy = arena_alloc(arena, bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    copy[at] ^= 1;
    return str_of(copy, bytes.n);
}

/* A wrong key, a wrong text and a wrong tag cannot be told apart. */
static void a_bit_changed_in_any_part_is_refused_alike(void **state) {
    (void)state;
    EACH_PAIR(alg, enc) {
        str token = made(alg, enc, S("a text of more than one block"));
        for (int part = 1; part < 5; part++) {
            str bytes = bytes_of(token, part);
            for (size_t at = 0; at < bytes.n; at += bytes.n == 256 ? 51 : 7)
                assert_err(opened(alg, enc, with_bytes(token, part, flipped(bytes, at))),
                           jose_signature);
        }
    }
}

static void a_changed_header_is_refused(void **state) {
    (void)state;
    EACH_PAIR(alg, enc) {
        str token = made(alg, enc, S("text")), header = bytes_of(token, 0), spaced;
        assert_ok(STR_JOIN(arena, &spaced, header, S(" ")));
        assert_err(opened(alg, enc, with_bytes(token, 0, spaced)), jose_signature);
        for (size_t at = 0; at < header.n; at++)
            assert_true(failed(opened(alg, enc, with_bytes(token, 0, flipped(header, at)))));
    }
}

/* CVE-2023-37464: a tag is as long as enc says. The same for IV, key and blocks. */
static void parts_of_another_length_are_refused(void **state) {
    (void)state;
    EACH_PAIR(alg, enc) {
        str token = made(alg, enc, S("text"));
        for (int part = 1; part < 5; part++) {
            str bytes = bytes_of(token, part), longer;
            assert_ok(STR_JOIN(arena, &longer, bytes, S("\1")));
            assert_true(failed(opened(alg, enc, with_bytes(token, part, longer))));
            for (size_t n = 0; n<bytes.n; n += bytes.n> 64 ? 31 : 1)
                assert_true(failed(opened(alg, enc, with_bytes(token, part, str_head(bytes, n)))));
        }
        for (size_t n = 0; n < bytes_of(token, 4).n; n++)
            assert_err(opened(alg, enc, with_bytes(token, 4, str_head(bytes_of(token, 4), n))),
                       jose_malformed);
    }
}

static void the_caller_names_alg_and_enc(void **state) {
    (void)state;
    EACH_PAIR(alg, enc) {
        str token = made(alg, enc, S("text")), plain;
        EACH_PAIR(other, with) {
            err e = jwe_decrypt(keys[alg][enc], other, with, token, arena, &plain);
            assert_true(other == alg && with == enc ? !failed(e) : err_is(e, E_jose_algorithm));
        }
    }
}

static void a_key_for_something_else_is_refused(void **state) {
    (void)state;
    str plain, token;
    EACH_PAIR(alg, enc) {
        str sealed = made(alg, enc, S("text"));
        EACH_PAIR(other, with) {
            const struct jwk *key = keys[other][with];
            if (key == keys[alg][enc] || jwk_fits_encryption(key, alg))
                continue;
            assert_err(jwe_decrypt(key, alg, enc, sealed, arena, &plain), jose_key);
            assert_err(jwe_encrypt(key, alg, enc, STR_ABSENT, S("x"), arena, &token), jose_key);
        }
    }
    assert_err(jwe_encrypt(keys[JWE_DIR][JWE_A128GCM], JWE_DIR, JWE_A256GCM, STR_ABSENT, S("x"),
                           arena, &token),
               jose_key);
}

static void a_key_of_another_person_does_not_open(void **state) {
    (void)state;
    static const enum jwe_alg algs[] = {JWE_RSA_OAEP, JWE_RSA_OAEP_256, JWE_ECDH_ES,
                                        JWE_ECDH_ES_A128KW};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct jwk *other;
        str plain;
        assert_ok(jwk_generate_encryption(algs[i], &other));
        assert_err(jwe_decrypt(other, algs[i], JWE_ENC_NONE, made(algs[i], JWE_A256GCM, S("text")),
                               arena, &plain),
                   jose_signature);
        jwk_free(other);
    }
}

/* OpenID Connect Core 10.2; the hashes are those of the sha256sum and sha512sum commands. */
static void a_client_secret_makes_keys_of_the_right_length(void **state) {
    (void)state;
    static const struct {
        enum jwe_alg alg;
        enum jwe_enc enc;
        size_t size;
    } rows[] = {{JWE_A192KW, JWE_A128GCM, 24},    {JWE_DIR, JWE_A192GCM, 24},
                {JWE_A128KW, JWE_A256GCM, 16},    {JWE_A256KW, JWE_A128GCM, 32},
                {JWE_DIR, JWE_A128GCM, 16},       {JWE_DIR, JWE_A256GCM, 32},
                {JWE_DIR, JWE_A128CBC_HS256, 32}, {JWE_DIR, JWE_A256CBC_HS512, 64}};
    str sha256 = helper_from_hex(
            arena, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        sha512 = helper_from_hex(
            arena, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a"
                   "836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    struct jwk *key;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(jwe_key_from_client_secret(secret_of(S("abc")), rows[i].alg, rows[i].enc, &key));
        assert_int_equal(key->secret_size, rows[i].size);
        assert_memory_equal(key->secret, rows[i].size > 32 ? sha512.p : sha256.p, rows[i].size);
        jwk_free(key);
    }
    assert_err(jwe_key_from_client_secret(secret_of(S("abc")), JWE_ECDH_ES, JWE_A128GCM, &key),
               jose_algorithm);
    assert_err(jwe_key_from_client_secret(secret_of(S("abc")), JWE_DIR, JWE_ENC_NONE, &key),
               jose_algorithm);
    assert_err(jwe_key_from_client_secret(secret_of(S("")), JWE_A128KW, JWE_A128GCM, &key),
               jose_key);
}

static void a_text_that_is_too_long_is_not_encrypted(void **state) {
    (void)state;
    static char text[JWE_MAX];
    str token, plain;
    const struct jwk *key = keys[JWE_A128KW][JWE_A128GCM];
    assert_err(jwe_encrypt(key, JWE_A128KW, JWE_A128GCM, STR_ABSENT, str_of(text, sizeof text),
                           arena, &token),
               jose_malformed);
    str most = str_of(text, JWE_MAX / 4 * 3 - 4096);
    assert_ok(jwe_encrypt(key, JWE_A128KW, JWE_A128GCM, STR_ABSENT, most, arena, &token));
    assert_ok(jwe_decrypt(key, JWE_A128KW, JWE_A128GCM, token, arena, &plain));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bit_changed_in_any_part_is_refused_alike),
        cmocka_unit_test(a_changed_header_is_refused),
        cmocka_unit_test(parts_of_another_length_are_refused),
        cmocka_unit_test(the_caller_names_alg_and_enc),
        cmocka_unit_test(a_key_for_something_else_is_refused),
        cmocka_unit_test(a_key_of_another_person_does_not_open),
        cmocka_unit_test(a_client_secret_makes_keys_of_the_right_length),
        cmocka_unit_test(a_text_that_is_too_long_is_not_encrypted),
        cmocka_unit_test(two_tokens_of_one_text_share_nothing),
        cmocka_unit_test(each_alg_and_enc_goes_round),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
