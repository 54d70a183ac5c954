/* The examples of RFC 7515 appendix A and RFC 8037 appendix A. */
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

#define JOE                                                                                        \
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"  \
    "VlfQ."
#define JOE_TEXT                                                                                   \
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"

static const struct vector {
    enum jose_alg alg;
    const char *key, *token, *payload;
} vectors[] = {
    {JOSE_HS256,
     "{'kty':'oct','k':'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwj"
     "AzZr1Z9CAow'}",
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" JOE "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
     JOE_TEXT},
    {JOSE_RS256,
     "{'kty':'RSA','n':'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJr"
     "cS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
     "bSf63"
     "kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
     "I"
     "5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ','e':'AQAB'}",
     "eyJhbGciOiJSUzI1NiJ9" JOE
     "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5j"
     "ujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L"
     "07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEU"
     "ipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
     JOE_TEXT},
    {JOSE_ES256,
     "{'kty':'EC','crv':'P-256','x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU','y':'x_"
     "FEzRu9m36HL"
     "N_tue659LNpXW6pCyStikYjKIWI5a0'}",
     "eyJhbGciOiJFUzI1NiJ9" JOE
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
     JOE_TEXT},
    {JOSE_ES512,
     "{'kty':'EC','crv':'P-521','x':'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_"
     "NjFZ6Ov"
     "LFV1jSfS9tsz4qUxcWceqwQGk','y':'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-"
     "x3S1WDhjDly79ajL"
     "4Kkd0AZMaZmh9ubmf63e3kyMj2'}",
     "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-"
     "mZ"
     "ZqwqT2SI-KGDKB34XO0aw_"
     "7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYb"
     "SW9ERBXukOXolLzeO_Jn",
     "Payload"},
    {JOSE_EdDSA, "{'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
     "09PGcvMg3"
     "AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
     "Example of Ed25519 signing"},
};

static void the_examples_verify(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct jwk *key = helper_jwk(vectors[i].key);
        AUTO(jws_ref) jws = {0};
        assert_ok(jws_parse(arena, str_from(vectors[i].token), &jws));
        assert_int_equal(jws.alg, vectors[i].alg);
        assert_str(jws.payload, vectors[i].payload);
        assert_false(str_present(jws.kid));
        assert_ok(jws_verify(&jws, vectors[i].alg, key));
        jwk_free(key);
        arena_free(arena);
    }
}

static void no_example_verifies_with_the_key_of_another(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++)
        for (size_t k = 0; k < COUNT(vectors); k++) {
            struct arena *arena = arena_new(1 << 20);
            struct jwk *key = helper_jwk(vectors[k].key);
            for (int alg = JOSE_NONE; alg < JOSE_ALG_COUNT; alg++) {
                if (i == k && alg == (int)vectors[i].alg)
                    continue;
                assert_true(failed(
                    helper_verify(arena, str_from(vectors[i].token), (enum jose_alg)alg, key)));
            }
            jwk_free(key);
            arena_free(arena);
        }
}

/* RFC 7515 A.5. */
static void the_unsecured_example_is_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct jws jws;
    assert_err(jws_parse(arena, S("eyJhbGciOiJub25lIn0" JOE), &jws), jose_malformed);
    assert_err(jws_parse(arena, S("eyJhbGciOiJub25lIn0" JOE "AAAA"), &jws), jose_algorithm);
    jws_ref_drop(&jws);
    arena_free(arena);
}

/* RFC 8037 A.4: Ed25519 signs the same text always alike. */
static void an_ed25519_signature_is_that_of_the_example(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct jwk *key = helper_jwk("{'kty':'OKP','crv':'Ed25519',"
                                 "'d':'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',"
                                 "'x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}");
    str token;
    assert_ok(
        jws_sign(key, JOSE_EdDSA, STR_ABSENT, S("Example of Ed25519 signing"), arena, &token));
    assert_str(token, vectors[COUNT(vectors) - 1].token);
    jwk_free(key);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unsecured_example_is_refused),
        cmocka_unit_test(no_example_verifies_with_the_key_of_another),
        cmocka_unit_test(the_examples_verify),
        cmocka_unit_test(an_ed25519_signature_is_that_of_the_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
