/* Import and export of JSON Web Keys. */
#include "keys/jwk.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/json_read.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* The import must fail, and say so with these words: not for another reason. */
static void assert_refused(const json_t *json, const char *why) {
    struct jwk *jwk = NULL;
    err e = jwk_import(json, &jwk);
    assert_string_equal(err_name(e.code), "jose_key");
    assert_null(jwk);
    if (!strstr(e.why, why))
        fail_msg("\"%s\" does not say \"%s\"", e.why, why);
}

static void assert_text_refused(const char *text, const char *why) {
    json_t *json = helper_json(text);
    assert_refused(json, why);
    json_decref(json);
}

#define RSA_N                                                                                      \
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP" \
    "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"          \
    "FDW2QvzqY3"                                                                                   \
    "68QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM" \
    "4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define EC_X  "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_Y  "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC_D  "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
#define ED_X  "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_D  "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define EC    "'kty':'EC','crv':'P-256','x':'" EC_X "','y':'" EC_Y "'"
#define ED    "'kty':'OKP','crv':'Ed25519','x':'" ED_X "'"
#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void broken_keys_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"[]", "JSON object"},
        {"'RSA'", "JSON object"},
        {"null", "JSON object"},
        {"{}", "kty"},
        {"{'kty':'rsa'}", "kty"},
        {"{'kty':5}", "kty"},
        {"{'kty':'RSA','n':'AA','e':'AQAB'}", "without zeros"},
        {"{'kty':'RSA','n':'','e':'AQAB'}", "base64url"},
        {"{'kty':'RSA','e':'AQAB'}", "n and e"},
        {"{'kty':'RSA','n':'" RSA_N "'}", "n and e"},
        {"{'kty':'RSA','n':'" RSA_N "=','e':'AQAB'}", "base64url"},
        {"{'kty':'RSA','n':'AA" RSA_N "','e':'AQAB'}", "without zeros"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'AQ'}", "exponent"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'Ag'}", "exponent"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'AQAA'}", "exponent"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'AQAAAAE'}", "exponent"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'AAEAAQ'}", "without zeros"},
        {"{'kty':'RSA','n':'" RSA_N "','e':65537}", "base64url"},
        {"{'kty':'RSA','n':'" RSA_N "','e':'AQAB','d':'AQAB'}", "needs d, p, q"},
        {"{'kty':'EC','x':'" EC_X "','y':'" EC_Y "'}", "curve"},
        {"{'kty':'EC','crv':'P-192','x':'" EC_X "','y':'" EC_Y "'}", "curve"},
        {"{'kty':'EC','crv':'secp256k1','x':'" EC_X "','y':'" EC_Y "'}", "curve"},
        {"{'kty':'EC','crv':'P-384','x':'" EC_X "','y':'" EC_Y "'}", "wrong length"},
        {"{'kty':'EC','crv':'P-521','x':'" EC_X "','y':'" EC_Y "'}", "wrong length"},
        {"{'kty':'EC','crv':'P-256','x':'" EC_X "'}", "wrong length"},
        {"{'kty':'EC','crv':'P-256','x':'" EC_Y "','y':'" EC_X "'}", "make a key"},
        {"{'kty':'EC','crv':'P-256','x':'" EC_X "','y':'" EC_X "'}", "make a key"},
        {"{'kty':'EC','crv':'P-256','x':'" ZEROS "','y':'" ZEROS "'}", "make a key"},
        {"{'kty':'EC','crv':'P-256','x':'AA','y':'" EC_Y "'}", "wrong length"},
        {"{'kty':'EC','crv':'P-256','x':'" EC_X "AA','y':'" EC_Y "'}", "base64url"},
        {"{'kty':'EC','crv':'P-256','x':'" EC_X "','y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
         "A'}",
         "wrong length"},
        {"{" EC ",'d':'AQAB'}", "wrong length"},
        {"{" EC ",'d':'" ED_D "'}", "does not belong"},
        {"{" EC ",'d':'" ZEROS "'}", "JWK"},
        {"{'kty':'OKP','x':'" ED_X "'}", "curve"},
        {"{'kty':'OKP','crv':'X448','x':'" ED_X "'}", "curve"},
        {"{'kty':'OKP','crv':'Ed448','x':'" ED_X "'}", "57"},
        {"{'kty':'OKP','crv':'Ed25519'}", "32 bytes"},
        {"{'kty':'OKP','crv':'Ed25519','x':'AAAA'}", "32 bytes"},
        {"{" ED ",'d':'AAAA'}", "32 bytes"},
        {"{" ED ",'d':'" EC_D "'}", "does not belong"},
        {"{'kty':'oct'}", "16 to 256"},
        {"{'kty':'oct','k':'AQIDBAUGBwgJCgsMDQ4P'}", "16 to 256"},
        {"{" ED ",'alg':'RS256'}", "not of its kty"},
        {"{" ED ",'alg':'none'}", "not supported"},
        {"{" ED ",'alg':'RSA1_5'}", "not supported"},
        {"{" ED ",'alg':'RSA-OAEP'}", "not of its kty"},
        {"{" ED ",'alg':5}", "not supported"},
        {"{" ED ",'kid':''}", "kid"},
        {"{" ED ",'kid':5}", "kid"},
        {"{" ED ",'use':5}", "use"},
        {"{" ED ",'key_ops':'sign'}", "key_ops"},
        {"{" ED ",'key_ops':null}", "key_ops"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_text_refused(rows[i].text, rows[i].why);
}

/* An RSA key of so many bits, all ones: wrong for many reasons, refused for its size first. */
static json_t *rsa_of(size_t bits) {
    char *bytes = malloc(bits / 8 + 1);
    memset(bytes, 0xff, bits / 8 + 1);
    size_t n = (bits + 7) / 8;
    if (bits % 8)
        bytes[0] = (char)((1 << bits % 8) - 1);
    str text = helper_base64(arena, str_of(bytes, n));
    json_t *json = helper_json("{'kty':'RSA','e':'AQAB'}");
    json_object_set_new(json, "n", json_stringn(text.p, text.n));
    free(bytes);
    return json;
}

static void rsa_keys_that_are_small_or_huge_are_refused(void **state) {
    (void)state;
    static const struct {
        size_t bits;
        const char *why;
    } rows[] = {{512, "2048 to 8192"},  {1024, "2048 to 8192"}, {2040, "2048 to 8192"},
                {2047, "2048 to 8192"}, {8193, "2048 to 8192"}, {8200, "2048 to 8192"},
                {16384, "too long"},    {32768, "too long"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *json = rsa_of(rows[i].bits);
        assert_refused(json, rows[i].why);
        json_decref(json);
    }
}

static void an_even_modulus_is_refused(void **state) {
    (void)state;
    json_t *json = helper_json("{'kty':'RSA','e':'AQAB','n':'" RSA_N "'}");
    char *n = strdup(json_string_value(json_object_get(json, "n")));
    n[strlen(n) - 1] = 'g'; /* ...0x83 becomes ...0x80 */
    n[strlen(n) - 2] = 'K';
    json_object_set_new(json, "n", json_string(n));
    assert_refused(json, "not a valid key");
    free(n);
    json_decref(json);
}

static void a_repeated_member_is_refused(void **state) {
    (void)state;
    AUTO(json_ref) json = NULL;
    assert_err(json_read_object(S("{\"kty\":\"oct\",\"k\":\"a\",\"k\":\"b\"}"), &json),
               bad_request);
}

/* RFC 7638 3.1 and RFC 8037 A.3. */
static void thumbprints_are_those_of_the_examples(void **state) {
    (void)state;
    static const struct {
        const char *key, *thumbprint;
    } rows[] = {
        {"{'kty':'RSA','n':'" RSA_N "','e':'AQAB','alg':'RS256','kid':'2011-04-29'}",
         "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
        {"{" ED "}", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
        {"{" ED ",'d':'" ED_D "','kid':'k','use':'sig'}",
         "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *key = helper_jwk(rows[i].key);
        str thumbprint;
        assert_ok(jwk_thumbprint(key, arena, &thumbprint));
        assert_str(thumbprint, rows[i].thumbprint);
        jwk_free(key);
    }
}

/* RFC 7517 A.1: an EC key for encryption, an RSA key for RS256. */
static void the_example_set_is_imported(void **state) {
    (void)state;
    struct jwk_set *set;
    const struct jwk *found;
    json_t *json = helper_json(
        "{'keys':[{'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',"
        "'y':'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM','use':'enc','kid':'1'},"
        "{'kty':'RSA','n':'" RSA_N "','e':'AQAB','alg':'RS256','kid':'2011-04-29'}]}");
    assert_ok(jwk_set_import(json, &set));
    json_decref(json);
    assert_int_equal(jwk_set_size(set), 2);
    assert_str(jwk_kid(jwk_set_at(set, 0)), "1");
    assert_int_equal(jwk_alg(jwk_set_at(set, 1)), JOSE_RS256);
    assert_err(jwk_set_find(set, JOSE_ES256, S("1"), &found), jose_key);
    assert_ok(jwk_set_find(set, JOSE_RS256, S("2011-04-29"), &found));
    assert_ptr_equal(found, jwk_set_at(set, 1));
    assert_err(jwk_set_find(set, JOSE_PS256, S("2011-04-29"), &found), jose_key);
    jwk_set_free(set);
}

/* RFC 8037 A.1 and A.2. */
static void a_private_key_shows_its_public_members_only(void **state) {
    (void)state;
    struct jwk *key = helper_jwk("{" ED ",'d':'" ED_D "'}");
    str text;
    assert_true(jwk_is_private(key));
    assert_ok(jwk_public_json(key, arena, &text));
    assert_str(text, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" ED_X "\",\"use\":\"sig\"}");
    assert_ok(jwk_private_json(key, arena, &text));
    assert_true(str_find_str(text, S(ED_D)) < text.n);
    jwk_free(key);
    key = helper_jwk("{" ED "}");
    assert_false(jwk_is_private(key));
    assert_err(jwk_private_json(key, arena, &text), jose_key);
    jwk_free(key);
    key = helper_key(JOSE_HS256);
    assert_err(jwk_public_json(key, arena, &text), jose_key);
    jwk_free(key);
}

static void generated_keys_survive_export_and_import(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_PS512, JOSE_ES256, JOSE_ES384,
                                         JOSE_ES512, JOSE_EdDSA, JOSE_Ed448};
    static const char *const secrets[] = {"d", "p", "q", "dp", "dq", "qi", "k"};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct jwk *key, *again;
        str first, second, text;
        AUTO(json_ref) private = NULL;
        AUTO(json_ref) public = NULL;
        assert_ok(jwk_generate(algs[i], &key));
        assert_int_equal(jwk_alg(key), algs[i]);
        assert_true(jwk_fits(key, algs[i]));
        assert_ok(jwk_thumbprint(key, arena, &first));
        assert_true(str_eq(first, jwk_kid(key)));
        assert_ok(jwk_private_json(key, arena, &text));
        assert_ok(json_read_object(text, &private));
        assert_ok(jwk_import(private, &again));
        assert_true(jwk_is_private(again));
        assert_int_equal(jwk_alg(again), algs[i]);
        assert_ok(jwk_thumbprint(again, arena, &second));
        assert_true(str_eq(first, second));
        assert_ok(jwk_public_json(key, arena, &text));
        assert_ok(json_read_object(text, &public));
        for (size_t k = 0; k < COUNT(secrets); k++)
            assert_null(json_object_get(public, secrets[k]));
        jwk_free(again);
        jwk_free(key);
    }
}

/* A private member alone makes a key a private one: it is never taken for a public key. */
static void a_half_private_rsa_key_is_refused(void **state) {
    (void)state;
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi"};
    struct jwk *key, *again = NULL;
    str text;
    assert_ok(jwk_generate(JOSE_RS256, &key));
    assert_ok(jwk_private_json(key, arena, &text));
    jwk_free(key);
    for (size_t i = 0; i < COUNT(members); i++) {
        AUTO(json_ref) half = NULL;
        assert_ok(json_read_object(text, &half));
        json_object_del(half, members[i]);
        assert_err(jwk_import(half, &again), jose_key);
    }
    AUTO(json_ref) multi = NULL;
    assert_ok(json_read_object(text, &multi));
    json_object_set_new(multi, "oth", json_array());
    assert_err(jwk_import(multi, &again), jose_key);
    assert_null(again);
}

/* RFC 7518 6.2.1.2: zeros in front are kept. Some of these keys have one. */
static void ec_coordinates_keep_their_length(void **state) {
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct arena *scratch = arena_new(1 << 16);
        struct jwk *key;
        str text;
        AUTO(json_ref) json = NULL;
        assert_ok(jwk_generate(JOSE_ES256, &key));
        assert_ok(jwk_private_json(key, scratch, &text));
        assert_ok(json_read_object(text, &json));
        assert_int_equal(json_read_str(json, "x").n, 43);
        assert_int_equal(json_read_str(json, "y").n, 43);
        assert_int_equal(json_read_str(json, "d").n, 43);
        jwk_free(key);
        arena_free(scratch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_keys_are_refused),
        cmocka_unit_test(rsa_keys_that_are_small_or_huge_are_refused),
        cmocka_unit_test(an_even_modulus_is_refused),
        cmocka_unit_test(a_repeated_member_is_refused),
        cmocka_unit_test(thumbprints_are_those_of_the_examples),
        cmocka_unit_test(the_example_set_is_imported),
        cmocka_unit_test(a_half_private_rsa_key_is_refused),
        cmocka_unit_test(a_private_key_shows_its_public_members_only),
        cmocka_unit_test(generated_keys_survive_export_and_import),
        cmocka_unit_test(ec_coordinates_keep_their_length),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
