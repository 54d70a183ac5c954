#include "conformance/jose/jws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conformance/jose/jwk.h"
#include "conformance/jose/token_oracle.h"

/* RFC 7515 A.2: RS256. */
static const char rfc7515_rsa[] =
    "{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-"
    "4qP"
    "CJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
    "bSf63k"
    "paSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
    "I5IhlJ"
    "H7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}";
static const char rfc7515_token[] =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
    "c19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-"
    "0Qc_l"
    "F5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
    "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSj"
    "tQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9Q"
    "OYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

static void rfc7515_a2_verifies_and_a_changed_one_does_not(void **state) {
    (void)state;
    json_t *jwk = json_loads(rfc7515_rsa, 0, NULL);
    EVP_PKEY *key = jwk_public_key(jwk);
    assert_non_null(key);
    assert_null(jws_verify(rfc7515_token, "RS256", key, NULL));
    char *changed = strdup(rfc7515_token);
    changed[30] = changed[30] == 'A' ? 'B' : 'A';
    assert_non_null(jws_verify(changed, "RS256", key, NULL));
    assert_non_null(jws_verify(rfc7515_token, "RS384", key, NULL));
    assert_non_null(jws_verify(rfc7515_token, "PS256", key, NULL));
    assert_non_null(jws_verify(rfc7515_token, "ES256", key, NULL));
    assert_non_null(jws_verify(rfc7515_token, "none", key, NULL));
    free(changed);
    EVP_PKEY_free(key);
    json_decref(jwk);
}

/* RFC 7638 3.1. */
static void rfc7638_thumbprint(void **state) {
    (void)state;
    json_t *jwk = json_loads(
        "{\"kty\":\"RSA\",\"n\":"
        "\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7"
        "aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_"
        "RN5w6Cf0h4QyQ5v"
        "-65YGjQR0_"
        "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTW"
        "hAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\","
        "\"e\":"
        "\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}",
        0, NULL);
    char *print = jwk_thumbprint(jwk);
    assert_string_equal(print, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    free(print);
    json_decref(jwk);
}

static const struct {
    const char *alg, *kind;
} algorithms[] = {{"RS256", "RSA"},      {"PS256", "RSA"},   {"ES256", "P-256"},
                  {"ES384", "P-384"},    {"ES512", "P-521"}, {"EdDSA", "Ed25519"},
                  {"Ed25519", "Ed25519"}};

/* Made, published as a JWK, found by kid and verified by OpenSSL and libjwt; another key fails. */
static void tokens_of_every_algorithm_verify_with_their_key_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        EVP_PKEY *key = jwk_new_key(algorithms[i].kind), *other = jwk_new_key(algorithms[i].kind);
        json_t *mine = jwk_of_key(key, "sig", algorithms[i].alg);
        json_t *others = jwk_of_key(other, "sig", algorithms[i].alg);
        json_object_set_new(mine, "kid", json_string("k"));
        json_object_set_new(others, "kid", json_string("k"));
        json_t *jwks = json_pack("{s:[o]}", "keys", mine);
        json_t *wrong = json_pack("{s:[o]}", "keys", others);
        json_t *header = json_pack("{s:s}", "kid", "k"), *claims = json_pack("{s:s}", "sub", "s");
        char *token = jws_sign(header, claims, algorithms[i].alg, key, NULL);
        const char *problem = NULL;
        json_t *read = token_oracle_claims(jwks, token, &problem);
        assert_null(problem);
        assert_true(json_equal(read, claims));
        assert_null(token_oracle_claims(wrong, token, &problem));
        assert_non_null(problem);
        json_decref(read);
        free(token);
        json_decref(header);
        json_decref(claims);
        json_decref(jwks);
        json_decref(wrong);
        EVP_PKEY_free(key);
        EVP_PKEY_free(other);
    }
}

static void secrets_sign_and_verify(void **state) {
    (void)state;
    json_t *header = json_object(), *claims = json_pack("{s:s}", "sub", "s");
    char *token = jws_sign(header, claims, "HS256", NULL, "0123456789abcdef0123456789abcdef");
    json_t *none = json_pack("{s:[]}", "keys");
    assert_null(token_oracle_verify(none, token, "0123456789abcdef0123456789abcdef"));
    assert_non_null(token_oracle_verify(none, token, "0123456789abcdef0123456789abcdeX"));
    assert_non_null(token_oracle_verify(none, token, NULL));
    json_decref(none);
    free(token);
    json_decref(header);
    json_decref(claims);
}

static void unsigned_and_broken_tokens_never_verify(void **state) {
    (void)state;
    static const char *const tokens[] = {"",
                                         ".",
                                         "..",
                                         "a.b.c",
                                         "eyJhbGciOiJub25lIn0.e30.",
                                         "eyJhbGciOiJSUzI1NiJ9.e30.",
                                         "eyJhbGciOiJSUzI1NiJ9.e30.AA"};
    json_t *jwk = json_loads(rfc7515_rsa, 0, NULL), *jwks = json_pack("{s:[o]}", "keys", jwk);
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        assert_non_null(token_oracle_verify(jwks, tokens[i], "secret"));
    json_decref(jwks);
}

static void two_keys_that_fit_are_one_too_many(void **state) {
    (void)state;
    json_t *jwk = json_loads(rfc7515_rsa, 0, NULL);
    json_t *jwks = json_pack("{s:[O, O]}", "keys", jwk, jwk),
           *one = json_pack("{s:[O]}", "keys", jwk);
    assert_null(token_oracle_verify(one, rfc7515_token, NULL));
    assert_non_null(token_oracle_verify(jwks, rfc7515_token, NULL));
    json_decref(jwks);
    json_decref(one);
    json_decref(jwk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc7515_a2_verifies_and_a_changed_one_does_not),
        cmocka_unit_test(rfc7638_thumbprint),
        cmocka_unit_test(tokens_of_every_algorithm_verify_with_their_key_alone),
        cmocka_unit_test(secrets_sign_and_verify),
        cmocka_unit_test(unsigned_and_broken_tokens_never_verify),
        cmocka_unit_test(two_keys_that_fit_are_one_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
