/* Public keys that EVP_PKEY_fromdata takes (OpenSSL 3.0), or would work long with: a JWK set of a
 * provider that has them is none the worse, but they are no keys. */
#include "common/base/json_read.h"
#include "keys/jws.h"
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

/* The import of it alone says why; in a set it is passed over. */
static void assert_no_key(const char *text, const char *member, str bytes, const char *why) {
    json_t *json = helper_json(text), *set = json_object();
    struct jwk *key = NULL;
    struct jwk_set *keys = NULL;
    if (member) {
        str value = helper_base64(arena, bytes);
        json_object_set_new(json, member, json_stringn(value.p, value.n));
    }
    err e = jwk_import(json, &key);
    assert_string_equal(err_name(e.code), "jose_key");
    if (!strstr(e.why, why))
        fail_msg("\"%s\" does not say \"%s\"", e.why, why);
    assert_null(key);
    json_object_set_new(set, "keys", json_pack("[O]", json));
    assert_ok(jwk_set_import(set, &keys));
    assert_int_equal(jwk_set_size(keys), 0);
    jwk_set_free(keys);
    json_decref(set);
    json_decref(json);
}

/* n of so many bytes: all of them `fill`, the first and last set so that the size is right. */
static str modulus(size_t n, char fill) {
    char *bytes = arena_alloc(arena, n);
    memset(bytes, fill, n);
    return str_of(bytes, n);
}

static void rsa_of_512_bits_is_no_key(void **state) {
    (void)state;
    assert_no_key("{'kty':'RSA','e':'AQAB'}", "n", modulus(64, '\xff'), "2048 to 8192");
}

static void rsa_of_n_0_is_no_key(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 64, 256, 1024};
    for (size_t i = 0; i < COUNT(sizes); i++)
        assert_no_key("{'kty':'RSA','e':'AQAB'}", "n", modulus(sizes[i], 0), "without zeros");
    assert_no_key("{'kty':'RSA','e':'AQAB','n':''}", NULL, STR_ABSENT, "base64url");
}

static void rsa_of_e_1_is_no_key(void **state) {
    (void)state;
    static const struct {
        const char *e, *why;
    } rows[] = {{"", "base64url"},          {"AQ", "exponent"},   {"Ag", "exponent"},
                {"AA", "without zeros"},    {"AQAA", "exponent"}, {"AQAAAAE", "exponent"},
                {"AAAAAQ", "without zeros"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        snprintf(text, sizeof text, "{'kty':'RSA','e':'%s'}", rows[i].e);
        assert_no_key(text, "n", modulus(256, '\xff'), rows[i].why);
    }
}

static void rsa_of_32768_bits_is_no_key(void **state) {
    (void)state;
    static const struct {
        size_t n;
        const char *why;
    } rows[] = {{1025, "2048 to 8192"}, {2048, "too long"}, {4096, "too long"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_no_key("{'kty':'RSA','e':'AQAB'}", "n", modulus(rows[i].n, '\xff'), rows[i].why);
}

static void a_point_off_the_curve_is_no_key(void **state) {
    (void)state;
    static const struct {
        const char *crv;
        size_t size;
    } rows[] = {{"P-256", 32}, {"P-384", 48}, {"P-521", 66}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];
        char *bytes = arena_alloc(arena, rows[i].size);
        memset(bytes, 0, rows[i].size);
        bytes[rows[i].size - 1] = 5;
        str five = helper_base64(arena, str_of(bytes, rows[i].size));
        snprintf(text, sizeof text, "{'kty':'EC','crv':'%s','x':'%.*s'}", rows[i].crv,
                 STR_FMT(five));
        assert_no_key(text, "y", str_of(bytes, rows[i].size), "make a key");
    }
}

/* The point at infinity has no coordinates; what encodes it is one zero byte, or zeros for both. */
static void the_point_at_infinity_is_no_key(void **state) {
    (void)state;
#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const struct {
        const char *text, *why;
    } rows[] = {{"{'kty':'EC','crv':'P-256','x':'" ZEROS "','y':'" ZEROS "'}", "make a key"},
                {"{'kty':'EC','crv':'P-256','x':'AA','y':'AA'}", "wrong length"},
                {"{'kty':'EC','crv':'P-256','x':'AA','y':''}", "base64url"},
                {"{'kty':'EC','crv':'P-256','x':'','y':''}", "base64url"},
                {"{'kty':'EC','crv':'P-256'}", "wrong length"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_no_key(rows[i].text, NULL, STR_ABSENT, rows[i].why);
}

/* jwk_okp_test has all points of small order. */
static void ed25519_of_zeros_is_no_key(void **state) {
    (void)state;
    assert_no_key("{'kty':'OKP','crv':'Ed25519'}", "x", modulus(32, 0), "small order");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_of_512_bits_is_no_key),
        cmocka_unit_test(rsa_of_n_0_is_no_key),
        cmocka_unit_test(rsa_of_e_1_is_no_key),
        cmocka_unit_test(rsa_of_32768_bits_is_no_key),
        cmocka_unit_test(a_point_off_the_curve_is_no_key),
        cmocka_unit_test(the_point_at_infinity_is_no_key),
        cmocka_unit_test(ed25519_of_zeros_is_no_key),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
