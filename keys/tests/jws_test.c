/* Signatures: which key, which algorithm, which bytes. */
#include "keys/jws.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "keys/tests/jws_sign_helper.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *keys[JOSE_ALG_COUNT]; /* private */

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 26);
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

static str signed_token(enum jose_alg alg) {
    str token;
    assert_ok(jws_sign(keys[alg], alg, S("JWT"), S("{\"sub\":\"u\"}"), arena, &token));
    return token;
}

/* The public half alone. */
static struct jwk *public_of(const struct jwk *key) {
    str text;
    assert_ok(jwk_public_json(key, arena, &text));
    const char *c;
    assert_ok(str_to_c(arena, text, &c));
    return helper_jwk(c);
}

static void what_is_signed_verifies_with_the_public_key(void **state) {
    (void)state;
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++) {
        str token = signed_token((enum jose_alg)alg);
        assert_ok(helper_verify(arena, token, (enum jose_alg)alg, keys[alg]));
        if (jose_alg_name((enum jose_alg)alg).p[0] == 'H')
            continue;
        struct jwk *public = public_of(keys[alg]);
        assert_false(jwk_is_private(public));
        assert_ok(helper_verify(arena, token, (enum jose_alg)alg, public));
        str again;
        assert_err(jws_sign(public, (enum jose_alg)alg, S("JWT"), S("{}"), arena, &again),
                   jose_key);
        jwk_free(public);
    }
}

/* The mutation oracle: no single changed character of a token leaves it valid. */
static void no_altered_byte_verifies(void **state) {
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++) {
        str token = signed_token((enum jose_alg)alg);
        struct jwk *key = keys[alg];
        for (size_t i = 0; i < token.n; i++) {
            struct arena *scratch = arena_new(1 << 16);
            char *copy = arena_alloc(scratch, token.n);
            const char *at = strchr(alphabet, token.p[i]);
            const char others[] = {(char)(token.p[i] ^ 1), at ? alphabet[(at - alphabet) ^ 1] : 'A',
                                   at ? alphabet[(at - alphabet + 32) % 64] : '_'};
            for (size_t k = 0; k < sizeof others; k++) {
                memcpy(copy, token.p, token.n);
                copy[i] = others[k];
                assert_true(
                    failed(helper_verify(scratch, str_of(copy, token.n), (enum jose_alg)alg, key)));
            }
            arena_free(scratch);
        }
    }
}

static void only_the_algorithm_of_the_token_verifies(void **state) {
    (void)state;
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++) {
        str token = signed_token((enum jose_alg)alg);
        for (int other = JOSE_NONE; other < JOSE_ALG_COUNT; other++)
            if (other != alg)
                assert_err(helper_verify(arena, token, (enum jose_alg)other, keys[alg]),
                           jose_algorithm);
    }
}

/* RFC 8725 2.1: a public key, whose text everybody has, as the secret of an HMAC. */
static void a_public_key_is_never_a_secret(void **state) {
    (void)state;
    static const enum jose_alg owners[] = {JOSE_RS256, JOSE_PS256, JOSE_ES256, JOSE_ES512,
                                           JOSE_EdDSA};
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct jwk *public = public_of(keys[owners[i]]);
        str text;
        assert_ok(jwk_public_json(public, arena, &text));
        const str secrets[] = {text, S(""), S("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), jwk_kid(public)};
        for (size_t k = 0; k < COUNT(secrets); k++)
            for (int alg = JOSE_HS256; alg <= JOSE_HS512; alg++) {
                static const char *const headers[] = {"{'alg':'HS256'}", "{'alg':'HS384'}",
                                                      "{'alg':'HS512'}"};
                str input = helper_input(arena, headers[alg - JOSE_HS256], "{}");
                str token = helper_token(arena, input,
                                         helper_hmac(arena, (enum jose_alg)alg, secrets[k], input));
                assert_false(jwk_fits(public, (enum jose_alg)alg));
                assert_err(helper_verify(arena, token, (enum jose_alg)alg, public), jose_key);
                assert_err(helper_verify(arena, token, owners[i], public), jose_algorithm);
            }
        jwk_free(public);
    }
}

static str es256_with(const char *r, const char *s) {
    str input = helper_input(arena, "{'alg':'ES256'}", "{}"), both;
    assert_ok(STR_JOIN(arena, &both, helper_from_hex(arena, r), helper_from_hex(arena, s)));
    return helper_token(arena, input, both);
}

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE  "0000000000000000000000000000000000000000000000000000000000000001"
#define N    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define N1   "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552"
#define TOP  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void ecdsa_numbers_out_of_range_are_refused(void **state) {
    (void)state;
    static const char *const rows[][2] = {{ZERO, ZERO}, {ZERO, ONE}, {ONE, ZERO}, {N, ONE},
                                          {ONE, N},     {N, N},      {N1, ONE},   {ONE, N1},
                                          {TOP, TOP},   {ZERO, N},   {N, ZERO}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_err(
            helper_verify(arena, es256_with(rows[i][0], rows[i][1]), JOSE_ES256, keys[JOSE_ES256]),
            jose_signature);
}

static void ecdsa_signatures_have_one_form_and_length(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        const char *header;
        size_t half;
    } rows[] = {{JOSE_ES256, "{'alg':'ES256'}", 32},
                {JOSE_ES384, "{'alg':'ES384'}", 48},
                {JOSE_ES512, "{'alg':'ES512'}", 66}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct jwk *key = keys[rows[i].alg];
        str input = helper_input(arena, rows[i].header, "{}"), longer;
        str der = helper_ecdsa_der(arena, key, rows[i].alg, input);
        str raw = helper_ecdsa_raw(arena, der, rows[i].half);
        str padded = helper_ecdsa_raw(arena, der, rows[i].half + 1);
        assert_ok(STR_JOIN(arena, &longer, raw, S("\0")));
        assert_ok(helper_verify(arena, helper_token(arena, input, raw), rows[i].alg, key));
        const str bad[] = {der,
                           padded,
                           longer,
                           str_head(raw, raw.n - 1),
                           str_from_pos(raw, 1),
                           str_head(raw, rows[i].half)};
        for (size_t k = 0; k < COUNT(bad); k++)
            assert_err(helper_verify(arena, helper_token(arena, input, bad[k]), rows[i].alg, key),
                       jose_signature);
    }
}

static void rsa_signatures_of_another_hash_or_salt_are_refused(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        const char *header;
        struct helper_rsa_way way;
        bool good;
    } rows[] = {
        {JOSE_RS256, "{'alg':'RS256'}", {"SHA256", NULL, false, 0}, true},
        {JOSE_RS256, "{'alg':'RS256'}", {"SHA384", NULL, false, 0}, false},
        {JOSE_RS256, "{'alg':'RS256'}", {"SHA1", NULL, false, 0}, false},
        {JOSE_RS512, "{'alg':'RS512'}", {"SHA256", NULL, false, 0}, false},
        {JOSE_RS256, "{'alg':'RS256'}", {"SHA256", NULL, true, 32}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, true, 32}, true},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, true, 0}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, true, 20}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, true, 33}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, true, RSA_PSS_SALTLEN_MAX}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA384", NULL, true, 48}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", "SHA1", true, 32}, false},
        {JOSE_PS256, "{'alg':'PS256'}", {"SHA256", NULL, false, 0}, false},
        {JOSE_PS384, "{'alg':'PS384'}", {"SHA384", NULL, true, 48}, true},
        {JOSE_PS512, "{'alg':'PS512'}", {"SHA512", NULL, true, 64}, true},
        {JOSE_PS512, "{'alg':'PS512'}", {"SHA512", NULL, true, 32}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct jwk *key = keys[JOSE_RS256];
        str input = helper_input(arena, rows[i].header, "{}");
        str token = helper_token(arena, input, helper_rsa(arena, key, &rows[i].way, input));
        err e = helper_verify(arena, token, rows[i].alg, key);
        assert_string_equal(err_name(e.code), rows[i].good ? "ok" : "jose_signature");
    }
}

static void signatures_of_a_wrong_length_are_refused(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        const char *header;
    } rows[] = {{JOSE_RS256, "{'alg':'RS256'}"},
                {JOSE_PS256, "{'alg':'PS256'}"},
                {JOSE_EdDSA, "{'alg':'EdDSA'}"},
                {JOSE_HS256, "{'alg':'HS256'}"},
                {JOSE_HS512, "{'alg':'HS512'}"}};
    static const char zeros[1024];
    static const size_t lengths[] = {1, 31, 32, 33, 63, 64, 65, 255, 256, 257, 512, 1024};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(lengths); k++) {
            str input = helper_input(arena, rows[i].header, "{}");
            assert_err(helper_verify(arena, helper_token(arena, input, str_of(zeros, lengths[k])),
                                     rows[i].alg, keys[rows[i].alg]),
                       jose_signature);
        }
}

/* RFC 7517 4.2 and 4.3. */
static void a_key_does_only_what_use_and_key_ops_say(void **state) {
    (void)state;
#define MEMBERS                                                                                    \
    "'kty':'OKP','crv':'Ed25519','d':'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',"               \
    "'x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'"
    static const struct {
        const char *key;
        bool signs, verifies;
    } rows[] = {
        {"{" MEMBERS "}", true, true},
        {"{" MEMBERS ",'use':'sig'}", true, true},
        {"{" MEMBERS ",'use':'enc'}", false, false},
        {"{" MEMBERS ",'use':'SIG'}", false, false},
        {"{" MEMBERS ",'key_ops':['verify']}", false, true},
        {"{" MEMBERS ",'key_ops':['sign','verify']}", true, true},
        {"{" MEMBERS ",'key_ops':['encrypt','wrapKey']}", false, false},
        {"{" MEMBERS ",'key_ops':[]}", false, false},
        {"{" MEMBERS ",'use':'enc','key_ops':['sign','verify']}", false, false},
    };
    str token =
            S("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PP"
              "Ot7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"),
        out;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *key = helper_jwk(rows[i].key);
        assert_int_equal(!failed(jws_sign(key, JOSE_EdDSA, STR_ABSENT, S("x"), arena, &out)),
                         rows[i].signs);
        assert_int_equal(!failed(helper_verify(arena, token, JOSE_EdDSA, key)), rows[i].verifies);
        assert_int_equal(jwk_fits(key, JOSE_EdDSA), rows[i].signs || rows[i].verifies);
        jwk_free(key);
    }
}

/* RFC 7518 3.2: the secret is as long as the hash, at least. */
static void short_secrets_do_not_fit(void **state) {
    (void)state;
    static const char bytes[300] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde";
    static const struct {
        size_t n;
        enum jose_alg alg;
        bool good;
    } rows[] = {{0, JOSE_HS256, false},  {31, JOSE_HS256, false}, {32, JOSE_HS256, true},
                {32, JOSE_HS384, false}, {48, JOSE_HS384, true},  {63, JOSE_HS512, false},
                {64, JOSE_HS512, true},  {257, JOSE_HS256, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *key = NULL;
        err e = jwk_from_secret(secret_of(str_of(bytes, rows[i].n)), rows[i].alg, &key);
        assert_int_equal(!failed(e), rows[i].good);
        jwk_free(key);
    }
    struct jwk *key = NULL;
    assert_err(jwk_from_secret(secret_of(str_of(bytes, 32)), JOSE_RS256, &key), jose_algorithm);
    assert_err(jwk_from_secret(secret_of(str_of(bytes, 32)), JOSE_NONE, &key), jose_algorithm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_algorithm_of_the_token_verifies),
        cmocka_unit_test(a_public_key_is_never_a_secret),
        cmocka_unit_test(ecdsa_numbers_out_of_range_are_refused),
        cmocka_unit_test(ecdsa_signatures_have_one_form_and_length),
        cmocka_unit_test(rsa_signatures_of_another_hash_or_salt_are_refused),
        cmocka_unit_test(signatures_of_a_wrong_length_are_refused),
        cmocka_unit_test(a_key_does_only_what_use_and_key_ops_say),
        cmocka_unit_test(short_secrets_do_not_fit),
        cmocka_unit_test(what_is_signed_verifies_with_the_public_key),
        cmocka_unit_test(no_altered_byte_verifies),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
