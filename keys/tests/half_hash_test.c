/* at_hash and c_hash: the examples of OpenID Connect Core A.3 and A.4, and one row for each alg. */
#include "keys/half_hash.h"

#include "common/base/json_read.h"
#include "keys/tests/keys_helper.h"

#define TOKEN "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
#define CODE  "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
/* What the commands sha384sum, sha512sum and openssl dgst -shake256 -xoflen 114 say. */
#define SHA256   "77QmUPtjPfzWtF2AnpK9RQ"
#define SHA384   "jtAeDp945y1dDqU3nkIVGNZP1HjH_MFs"
#define SHA512   "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"
#define SHAKE256 "W6Ie3EoycJT-JESJ2WSAWX7LRP3FuHvmvNycBMeL-NngYGhJXChp7YRUBdOXcrKGZD4qnhCAstjO"

static void each_algorithm_has_its_hash(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        const char *text, *hash;
    } rows[] = {
        {JOSE_RS256, TOKEN, SHA256},
        {JOSE_RS384, TOKEN, SHA384},
        {JOSE_RS512, TOKEN, SHA512},
        {JOSE_PS256, TOKEN, SHA256},
        {JOSE_PS384, TOKEN, SHA384},
        {JOSE_PS512, TOKEN, SHA512},
        {JOSE_ES256, TOKEN, SHA256},
        {JOSE_ES384, TOKEN, SHA384},
        {JOSE_ES512, TOKEN, SHA512},
        {JOSE_HS256, TOKEN, SHA256},
        {JOSE_HS384, TOKEN, SHA384},
        {JOSE_HS512, TOKEN, SHA512},
        {JOSE_EdDSA, TOKEN, SHA512},
        {JOSE_Ed25519, TOKEN, SHA512},
        {JOSE_Ed448, TOKEN, SHAKE256},
        {JOSE_RS256, CODE, "LDktKdoQak3Pk0cnXxCltA"},
        {JOSE_RS256, "", "47DEQpj8HBSa-_TImW-5JA"},
    };
    struct arena *arena = arena_new(1 << 20);
    bool seen[JOSE_ALG_COUNT] = {true};
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out;
        assert_ok(half_hash(rows[i].alg, str_from(rows[i].text), arena, &out));
        assert_str(out, rows[i].hash);
        seen[rows[i].alg] = true;
    }
    for (int alg = 0; alg < JOSE_ALG_COUNT; alg++)
        assert_true(seen[alg]);
    arena_free(arena);
}

/* Authlib's CVE-2026-28498: where the hash is not known, nothing is right. */
static void no_algorithm_has_no_hash(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    str out;
    assert_err(half_hash(JOSE_NONE, S(TOKEN), arena, &out), jose_algorithm);
    arena_free(arena);
}

/* RFC 8037 3.1: EdDSA is either curve. */
static void the_signature_tells_which_curve_eddsa_is(void **state) {
    (void)state;
    static const struct {
        enum jose_alg key, alg, hash;
    } rows[] = {{JOSE_Ed25519, JOSE_EdDSA, JOSE_EdDSA},
                {JOSE_Ed448, JOSE_EdDSA, JOSE_Ed448},
                {JOSE_Ed448, JOSE_Ed448, JOSE_Ed448},
                {JOSE_ES256, JOSE_ES256, JOSE_ES256}};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(json_ref) json = NULL;
        AUTO(jws_ref) jws = {0};
        struct jwk *named, *key;
        str text, token;
        assert_ok(jwk_generate(rows[i].key, &named));
        assert_ok(jwk_private_json(named, arena, &text));
        assert_ok(json_read_object(text, &json));
        json_object_del(json, "alg");
        assert_ok(jwk_import(json, &key));
        assert_ok(jws_sign(key, rows[i].alg, S("JWT"), S("{}"), arena, &token));
        assert_ok(jws_parse(arena, token, &jws));
        assert_int_equal(half_hash_alg(&jws), rows[i].hash);
        jwk_free(key);
        jwk_free(named);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_algorithm_has_no_hash),
        cmocka_unit_test(each_algorithm_has_its_hash),
        cmocka_unit_test(the_signature_tells_which_curve_eddsa_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
