/* Keys with their secret parts: the examples of RFC 7517 A.2 and A.3 are imported and work. */
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

#define RSA                                                                                        \
    "{'kty':'RSA',"                                                                                \
    "'n':'0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_" \
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"     \
    "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"            \
    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',"     \
    "'e':'AQAB',"                                                                                  \
    "'d':'X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbF" \
    "AKNLWY2vv7B6NqXSzUvxT0_YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy_"                                      \
    "nHNKroADIkJ46pRUohsXywbReAdYaMwFs9tv8d"                                                       \
    "_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk" \
    "1"                                                                                            \
    "9Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q',"                      \
    "'p':'83i-7IvMGXoMXCskv73TKr8637FiO7Z27zv8oj6pbWUQyLPQBQxtPVnwD20R-60eTDmD2ujnMt5PoqMrm8RfmNh" \
    "VWDtjjMmCMjOpSXicFHj7XOuVIYQyqVWlWEh6dN36GVZYk93N8Bc9vY41xy8B9RzzOGVQzXvNEvn7O0nVbfs',"       \
    "'q':'3dfOR9cuYq-0S-mkFLzgItgMEfFzB2q3hWehMuG0oCuqnb3vobLyumqjVZQO1dIrdwgTnCdpYzBcOfW5r370AFX" \
    "jiWft_NGEiovonizhKpo9VVS78TzFgxkIdrecRezsZ-1kYd_s1qDbxtkDEgfAITAG9LUnADun4vIcb6yelxk',"       \
    "'dp':'G4sPXkc6Ya9y8oJW9_ILj4xuppu0lzi_H7VTkS8xj5SdX3coE0oimYwxIi2emTAue0UOa5dpgFGyBJ4c8tQ2VF" \
    "402XRugKDTP8akYhFo5tAA77Qe_NmtuYZc3C3m3I24G2GvR5sSDxUyAN2zq8Lfn9EUms6rY3Ob8YeiKkTiBj0',"      \
    "'dq':'s9lAH9fggBsoFR8Oac2R_E2gw282rT2kGOAhvIllETE1efrA6huUUvMfBcMpn8lqeW6vzznYY5SSQF7pMdC_ag" \
    "I3nG8Ibp1BUb0JUiraRNqUfLhcQb_d9GF4Dh7e74WbRsobRonujTYN1xCaP6TO61jvWrX-L18txXw494Q_cgk',"      \
    "'qi':'GyM_p6JrXySiz1toFgKbWV-JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa-Bk0KWNGDj" \
    "JHZDdDmFhW3AN7lI-puxk_mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKFYItdldUKGzO6Ia6zTKhAVRU',"      \
    "'alg':'RS256','kid':'2011-04-29'}"
#define EC                                                                                         \
    "{'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',"                 \
    "'y':'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',"                                           \
    "'d':'870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE','use':'enc','kid':'1'}"
#define OCT "{'kty':'oct','alg':'A128KW','k':'GawgguFyGrWKav7AX4VKUg'}"

static void the_rsa_key_signs(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct jwk *key = helper_jwk(RSA);
    str token;
    assert_true(jwk_is_private(key));
    assert_str(jwk_kid(key), "2011-04-29");
    assert_ok(jws_sign(key, JOSE_RS256, S("JWT"), S("{}"), arena, &token));
    assert_ok(helper_verify(arena, token, JOSE_RS256, key));
    assert_err(jws_sign(key, JOSE_PS256, S("JWT"), S("{}"), arena, &token), jose_key);
    jwk_free(key);
    arena_free(arena);
}

static void the_others_decrypt_and_sign_nothing(void **state) {
    (void)state;
    static const struct {
        const char *jwk;
        enum jwe_alg alg;
        enum jose_alg not ;
    } rows[] = {{EC, JWE_ECDH_ES, JOSE_ES256}, {OCT, JWE_A128KW, JOSE_HS256}};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *key = helper_jwk(rows[i].jwk);
        str token, plain;
        assert_true(jwk_is_private(key));
        assert_ok(jwe_encrypt(key, rows[i].alg, JWE_A128GCM, STR_ABSENT, S("text"), arena, &token));
        assert_ok(jwe_decrypt(key, rows[i].alg, JWE_A128GCM, token, arena, &plain));
        assert_str(plain, "text");
        assert_err(jws_sign(key, rows[i].not, S("JWT"), S("{}"), arena, &token), jose_key);
        jwk_free(key);
    }
    arena_free(arena);
}

/* RFC 7517 A.3, the second key, and the token of RFC 7515 A.1 that it is of. */
static void the_hmac_key_verifies_the_token_that_it_names(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct jwk *key = helper_jwk(
        "{'kty':'oct','k':'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgU"
        "uTwjAzZr1Z9CAow','kid':'HMAC key used in JWS spec Appendix A.1 example'}");
    assert_str(jwk_kid(key), "HMAC key used in JWS spec Appendix A.1 example");
    assert_ok(helper_verify(
        arena,
        S("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQ"
          "ogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWF"
          "OEjXk"),
        JOSE_HS256, key));
    jwk_free(key);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rsa_key_signs),
        cmocka_unit_test(the_hmac_key_verifies_the_token_that_it_names),
        cmocka_unit_test(the_others_decrypt_and_sign_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
