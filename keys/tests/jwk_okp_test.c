/* Keys on edwards25519 and edwards448, and which names of EdDSA they sign under. */
#include "common/base/json_read.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 22);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_refused(const char *crv, str x, const char *why) {
    json_t *json = helper_json("{'kty':'OKP'}");
    struct jwk *jwk = NULL;
    json_object_set_new(json, "crv", json_string(crv));
    json_object_set_new(json, "x", json_stringn(x.p, x.n));
    err e = jwk_import(json, &jwk);
    assert_string_equal(err_name(e.code), "jose_key");
    if (!strstr(e.why, why))
        fail_msg("\"%s\" does not say \"%s\"", e.why, why);
    assert_null(jwk);
    json_decref(json);
}

/* All encodings of points whose order divides the cofactor, canonical or not, with either sign. */
static void points_of_small_order_are_refused(void **state) {
    (void)state;
#define Z30 "000000000000000000000000000000000000000000000000000000000000"
#define F30 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define Z27 "000000000000000000000000000000000000000000000000000000"
#define F27 "ffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    static const struct {
        const char *crv, *front, *last[2];
    } rows[] = {
        {"Ed25519", "00" Z30, {"00", "80"}},
        {"Ed25519", "01" Z30, {"00", "80"}},
        {"Ed25519", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", {"05", "85"}},
        {"Ed25519", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", {"7a", "fa"}},
        {"Ed25519", "ec" F30, {"7f", "ff"}},
        {"Ed25519", "ed" F30, {"7f", "ff"}},
        {"Ed25519", "ee" F30, {"7f", "ff"}},
        {"Ed448", "00" Z27 "00" Z27, {"00", "80"}},
        {"Ed448", "01" Z27 "00" Z27, {"00", "80"}},
        {"Ed448", "fe" F27 "fe" F27, {"00", "80"}},
        {"Ed448", "ff" F27 "fe" F27, {"00", "80"}},
        {"Ed448", "00" Z27 "ff" F27, {"00", "80"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < 2; k++) {
            char hex[128];
            snprintf(hex, sizeof hex, "%s%s", rows[i].front, rows[i].last[k]);
            assert_refused(rows[i].crv, helper_base64(arena, helper_from_hex(arena, hex)),
                           "small order");
        }
}

static void a_key_has_the_length_of_its_curve(void **state) {
    (void)state;
    static const char *const curves[] = {"Ed25519", "Ed448", "X25519"};
    static const size_t sizes[] = {32, 57, 32};
    char bytes[64];
    memset(bytes, 9, sizeof bytes);
    for (size_t i = 0; i < COUNT(curves); i++)
        for (size_t n = 1; n <= 64; n++)
            if (n != sizes[i])
                assert_refused(curves[i], helper_base64(arena, str_of(bytes, n)), "bytes");
    assert_refused("X448", helper_base64(arena, str_of(bytes, 56)), "curve");
    assert_refused("ed448", helper_base64(arena, str_of(bytes, 57)), "curve");
}

/* RFC 8032 7.4, the first key. */
#define ED448                                                                                      \
    "'kty':'OKP','crv':'Ed448',"                                                                   \
    "'x':'X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA'"
#define ED448_D "bIKlYsuAjRDWMr6JyFE-v2ySnzTd-oyfY8mWDvbjSKNSjIo_zC8ETjmj_FuUSS-PAy51SaIAmPlb"

static void the_key_of_rfc_8032_is_imported(void **state) {
    (void)state;
    struct jwk *key = helper_jwk("{" ED448 ",'d':'" ED448_D "'}"), *bad = NULL;
    str token;
    assert_true(jwk_is_private(key));
    assert_ok(jws_sign(key, JOSE_Ed448, S("JWT"), S("{}"), arena, &token));
    struct jwk *public = helper_jwk("{" ED448 "}");
    assert_ok(helper_verify(arena, token, JOSE_Ed448, public));
    jwk_free(public);
    jwk_free(key);
    json_t *json = helper_json(
        "{" ED448 ",'d':'bIKlYsuAjRDWMr6JyFE-v2ySnzTd-oyfY8mWDvbjSKNSjIo_zC8ETjmj_FuUSS-PAy51SaIAm"
        "Pla'}");
    assert_err(jwk_import(json, &bad), jose_key);
    json_decref(json);
}

/* RFC 8037 3.1: EdDSA is either curve; RFC 9864 2.2: its successors are one each. */
static void each_curve_signs_under_its_names(void **state) {
    (void)state;
    static const struct {
        enum jose_alg key, alg;
        bool fits;
    } rows[] = {
        {JOSE_Ed25519, JOSE_EdDSA, true},  {JOSE_Ed25519, JOSE_Ed25519, true},
        {JOSE_Ed25519, JOSE_Ed448, false}, {JOSE_Ed448, JOSE_EdDSA, true},
        {JOSE_Ed448, JOSE_Ed25519, false}, {JOSE_Ed448, JOSE_Ed448, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *named, *key;
        str text, token;
        AUTO(json_ref) json = NULL;
        assert_ok(jwk_generate(rows[i].key, &named));
        assert_ok(jwk_private_json(named, arena, &text));
        assert_ok(json_read_object(text, &json));
        json_object_del(json, "alg");
        assert_ok(jwk_import(json, &key));
        assert_int_equal(jwk_fits(key, rows[i].alg), rows[i].fits);
        assert_int_equal(!failed(jws_sign(key, rows[i].alg, S("JWT"), S("{}"), arena, &token)),
                         rows[i].fits);
        if (rows[i].fits)
            assert_ok(helper_verify(arena, token, rows[i].alg, key));
        /* A key that names an alg is for this name alone. */
        assert_int_equal(jwk_fits(named, rows[i].alg), rows[i].key == rows[i].alg);
        jwk_free(key);
        jwk_free(named);
    }
    struct jwk *key;
    assert_ok(jwk_generate(JOSE_EdDSA, &key));
    assert_false(jwk_fits(key, JOSE_Ed25519));
    jwk_free(key);
}

/* What one name signed does not verify under the other. */
static void the_names_are_not_exchanged(void **state) {
    (void)state;
    struct jwk *key = helper_jwk("{" ED448 ",'d':'" ED448_D "'}");
    static const enum jose_alg algs[] = {JOSE_EdDSA, JOSE_Ed448, JOSE_Ed25519};
    for (size_t i = 0; i < 2; i++) {
        str token;
        assert_ok(jws_sign(key, algs[i], S("JWT"), S("{}"), arena, &token));
        for (size_t k = 0; k < COUNT(algs); k++)
            if (i != k)
                assert_err(helper_verify(arena, token, algs[k], key), jose_algorithm);
    }
    jwk_free(key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_of_small_order_are_refused),
        cmocka_unit_test(a_key_has_the_length_of_its_curve),
        cmocka_unit_test(the_names_are_not_exchanged),
        cmocka_unit_test(the_key_of_rfc_8032_is_imported),
        cmocka_unit_test(each_curve_signs_under_its_names),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
