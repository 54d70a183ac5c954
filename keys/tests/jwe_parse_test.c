/* What is no encrypted token, and keys in one that must not be trusted. */
#include "keys/jwe.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *p256, *x25519;

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &p256));
    x25519 = helper_jwk("{'kty':'OKP','crv':'X25519','x':'3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-"
                        "IK08','d':'XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os'}");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    jwk_free(p256);
    jwk_free(x25519);
    arena_free(arena);
    return 0;
}

/* Parts of the right length for GCM behind this header. */
static str token_with(const char *header, const char *key) {
    str out;
    str head = helper_input(arena, header, "");
    assert_ok(STR_JOIN(arena, &out, str_head(head, head.n - 1), S("."), str_from(key),
                       S(".MDAwMDAwMDAwMDAw.AAAA.MDAwMDAwMDAwMDAwMDAwMA")));
    return out;
}

static err parse(str token) {
    AUTO(jwe_ref) jwe = {0};
    return jwe_parse(arena, token, &jwe);
}

#define DIR "'alg':'dir','enc':'A256GCM'"

static void headers_that_are_not_supported_are_refused(void **state) {
    (void)state;
    static const char *const malformed[] = {
        "",
        "[]",
        "{" DIR ",'zip':'DEF'}",
        "{" DIR ",'crit':['exp']}",
        "{" DIR ",'crit':[]}",
        "{" DIR ",'p2c':1000000}",
        "{" DIR ",'p2s':'AAAA'}",
        "{" DIR ",'alg':'dir'}",
        "{" DIR ",'enc':'A128GCM'}",
        "{" DIR ",'kid':5}",
        "{" DIR ",'cty':[]}",
    };
    static const char *const foreign[] = {
        "{}",
        "{'alg':'dir'}",
        "{'enc':'A256GCM'}",
        "{'alg':'none','enc':'A256GCM'}",
        "{'alg':'RSA1_5','enc':'A256GCM'}",
        "{'alg':'RSA-OAEP-512','enc':'A256GCM'}",
        "{'alg':'A256GCMKW','enc':'A256GCM'}",
        "{'alg':'PBES2-HS256+A128KW','enc':'A256GCM'}",
        "{'alg':'dir','enc':'a256gcm'}",
        "{'alg':'dir','enc':'none'}",
        "{'alg':'HS256','enc':'A256GCM'}",
        "{'alg':['dir'],'enc':'A256GCM'}",
    };
    assert_ok(parse(token_with("{" DIR "}", "")));
    for (size_t i = 0; i < COUNT(malformed); i++)
        assert_err(parse(token_with(malformed[i], "")), jose_malformed);
    for (size_t i = 0; i < COUNT(foreign); i++)
        assert_err(parse(token_with(foreign[i], "")), jose_algorithm);
}

static void an_encrypted_key_is_there_exactly_when_the_alg_has_one(void **state) {
    (void)state;
    assert_err(parse(token_with("{" DIR "}", "AAAA")), jose_malformed);
    assert_err(parse(token_with("{'alg':'ECDH-ES','enc':'A128GCM'}", "AAAA")), jose_malformed);
    assert_err(parse(token_with("{'alg':'A128KW','enc':'A128GCM'}", "")), jose_malformed);
    assert_err(parse(token_with("{'alg':'RSA-OAEP-256','enc':'A128GCM'}", "")), jose_malformed);
}

static void other_than_five_parts_in_base64url_are_refused(void **state) {
    (void)state;
    str good = token_with("{" DIR "}", ""), more;
    for (size_t n = 0; n < good.n; n++)
        assert_true(failed(parse(str_head(good, n))));
    static const char *const ends[] = {".", ".AAAA", "=", " ", "\n", "+"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        assert_ok(STR_JOIN(arena, &more, good, str_from(ends[i])));
        assert_err(parse(more), jose_malformed);
    }
    static char long_text[JWE_MAX + 1];
    memset(long_text, 'A', sizeof long_text);
    assert_err(parse(str_of(long_text, sizeof long_text)), jose_malformed);
}

#define ECDH   "{'alg':'ECDH-ES','enc':'A128GCM'"
#define ZEROS  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define GOOD_X "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0"
#define GOOD_Y "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw"
#define GOOD_D "r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8"
#define GOOD   "'epk':{'kty':'EC','crv':'P-256','x':'" GOOD_X "','y':'" GOOD_Y "'}"

static err decrypt(const struct jwk *key, const char *header) {
    str plain;
    return jwe_decrypt(key, JWE_ECDH_ES, JWE_ENC_NONE, token_with(header, ""), arena, &plain);
}

/* RFC 7518 4.6.1.1; invalid-curve attacks get the private key out piece by piece. */
static void an_epk_that_is_no_public_key_of_the_curve_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        ECDH "}",
        ECDH ",'epk':null}",
        ECDH ",'epk':'text'}",
        ECDH ",'epk':{}}",
        ECDH ",'epk':{'kty':'EC','crv':'P-256','x':'" ZEROS "','y':'" ZEROS "'}}",
        ECDH ",'epk':{'kty':'EC','crv':'P-256','x':'" GOOD_X "','y':'" GOOD_X "'}}",
        ECDH ",'epk':{'kty':'EC','crv':'P-256','x':'" GOOD_X "'}}",
        ECDH ",'epk':{'kty':'EC','crv':'P-384','x':'" GOOD_X "','y':'" GOOD_Y "'}}",
        ECDH ",'epk':{'kty':'EC','crv':'P-256','x':'" GOOD_X "','y':'" GOOD_Y "','d':'" GOOD_D
             "'}}",
        ECDH ",'epk':{'kty':'OKP','crv':'X25519','x':'" GOOD_X "'}}",
        ECDH ",'epk':{'kty':'oct','k':'" GOOD_X "'}}",
        ECDH "," GOOD ",'apu':5}",
        ECDH "," GOOD ",'apv':'not base64url'}",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(decrypt(p256, bad[i]), jose_malformed);
    /* All is well but the content. */
    assert_err(decrypt(p256, ECDH "," GOOD "}"), jose_signature);
    assert_err(decrypt(p256, ECDH "," GOOD ",'apu':'QWxpY2U','apv':'Qm9i'}"), jose_signature);
}

/* RFC 7748 6.1: a point of small order makes a secret of zeros. */
static void a_shared_secret_of_zeros_is_refused(void **state) {
    (void)state;
    assert_err(decrypt(x25519, ECDH ",'epk':{'kty':'OKP','crv':'X25519','x':'" ZEROS "'}}"),
               jose_malformed);
    assert_err(decrypt(x25519, ECDH "," GOOD "}"), jose_malformed);
    assert_err(decrypt(x25519, ECDH ",'epk':{'kty':'OKP','crv':'X25519','x':'" GOOD_X "'}}"),
               jose_signature);
}

static void an_x25519_key_goes_round(void **state) {
    (void)state;
    static const enum jwe_alg algs[] = {JWE_ECDH_ES, JWE_ECDH_ES_A128KW, JWE_ECDH_ES_A256KW};
    str token, plain;
    for (size_t i = 0; i < COUNT(algs); i++) {
        assert_ok(jwe_encrypt(x25519, algs[i], JWE_A256GCM, STR_ABSENT, S("text"), arena, &token));
        assert_ok(jwe_decrypt(x25519, algs[i], JWE_A256GCM, token, arena, &plain));
        assert_str(plain, "text");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_that_are_not_supported_are_refused),
        cmocka_unit_test(an_encrypted_key_is_there_exactly_when_the_alg_has_one),
        cmocka_unit_test(other_than_five_parts_in_base64url_are_refused),
        cmocka_unit_test(an_epk_that_is_no_public_key_of_the_curve_is_refused),
        cmocka_unit_test(a_shared_secret_of_zeros_is_refused),
        cmocka_unit_test(an_x25519_key_goes_round),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
