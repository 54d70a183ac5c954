/* Which key of a set is for a token. */
#include "keys/tests/keys_helper.h"

#define A "'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'"
#define RSA                                                                                        \
    "'kty':'RSA','e':'AQAB',"                                                                      \
    "'n':'0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_" \
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2" \
    "QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6W" \
    "eZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'"
#define ED448                                                                                      \
    "'kty':'OKP','crv':'Ed448',"                                                                   \
    "'x':'X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA'"
#define OCT                                                                                        \
    "'kty':'oct','k':'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgU'"
#define B                                                                                          \
    "'kty':'EC','crv':'P-256','x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',"                  \
    "'y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'"
#define C                                                                                          \
    "'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',"                  \
    "'y':'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM'"

static struct jwk_set *set_of(const char *text) {
    struct jwk_set *set = NULL;
    json_t *json = helper_json(text);
    assert_ok(jwk_set_import(json, &set));
    json_decref(json);
    return set;
}

static void exactly_one_key_must_fit(void **state) {
    (void)state;
    static const struct {
        const char *set;
        enum jose_alg alg;
        const char *kid;
        int found; /* -1: none */
    } rows[] = {
        {"{'keys':[]}", JOSE_EdDSA, NULL, -1},
        {"{'keys':[{" A "}]}", JOSE_EdDSA, NULL, 0},
        {"{'keys':[{" A "}]}", JOSE_EdDSA, "a", -1},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_EdDSA, NULL, 0},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_EdDSA, "a", 0},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_EdDSA, "A", -1},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_EdDSA, "", -1},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_ES256, "a", -1},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_NONE, "a", -1},
        {"{'keys':[{" A ",'kid':'a'}]}", JOSE_HS256, "a", -1},
        {"{'keys':[{" A ",'kid':'a'},{" B ",'kid':'a'}]}", JOSE_ES256, "a", 1},
        {"{'keys':[{" B ",'kid':'b'},{" C ",'kid':'c'}]}", JOSE_ES256, NULL, -1},
        {"{'keys':[{" B ",'kid':'b'},{" C ",'kid':'c'}]}", JOSE_ES256, "c", 1},
        {"{'keys':[{" B ",'kid':'b'},{" C ",'kid':'b'}]}", JOSE_ES256, "b", -1},
        {"{'keys':[{" B ",'kid':'b'},{" B ",'kid':'b'}]}", JOSE_ES256, "b", -1},
        {"{'keys':[{" B ",'use':'enc'},{" C "}]}", JOSE_ES256, NULL, 1},
        {"{'keys':[{" B ",'use':'enc','kid':'b'}]}", JOSE_ES256, "b", -1},
        {"{'keys':[{" B ",'key_ops':['sign']},{" C ",'key_ops':['verify']}]}", JOSE_ES256, NULL, 1},
        {"{'keys':[{" B ",'alg':'ES256'}]}", JOSE_ES384, NULL, -1},
        {"{'keys':[{" B "}]}", JOSE_ES384, NULL, -1},                  /* crv */
        {"{'keys':[{" A "},{" B "},{" RSA "}]}", JOSE_RS256, NULL, 2}, /* kty */
        {"{'keys':[{" A "},{" B "},{" RSA "}]}", JOSE_PS512, NULL, 2},
        {"{'keys':[{" RSA ",'use':'enc'},{" RSA ",'use':'sig'}]}", JOSE_RS256, NULL, 1}, /* use */
        {"{'keys':[{" RSA "},{" RSA ",'use':'sig'}]}", JOSE_RS256, NULL, -1},
        {"{'keys':[{" RSA ",'key_ops':['encrypt','wrapKey']},{" RSA ",'key_ops':['verify']}]}",
         JOSE_RS256, NULL, 1}, /* key_ops */
        {"{'keys':[{" RSA ",'alg':'RS512'},{" RSA ",'alg':'RS256'}]}", JOSE_RS256, NULL,
         1}, /* alg */
        {"{'keys':[{" RSA ",'alg':'RS512'}]}", JOSE_RS256, NULL, -1},
        {"{'keys':[{" RSA ",'alg':'PS256'}]}", JOSE_RS256, NULL, -1},
        {"{'keys':[{" RSA ",'kid':'a'},{" RSA ",'kid':'b'}]}", JOSE_RS256, "b", 1}, /* kid */
        {"{'keys':[{" RSA ",'kid':'a'},{" RSA "}]}", JOSE_RS256, "b", -1},
        {"{'keys':[{" RSA "}]}", JOSE_RS256, "b", -1},
        {"{'keys':[{" RSA ",'kid':'a'},{" RSA ",'kid':'b','use':'enc'}]}", JOSE_RS256, "b", -1},
        {"{'keys':[{" A "},{" ED448 "}]}", JOSE_EdDSA, NULL, -1},
        {"{'keys':[{" A "},{" ED448 "}]}", JOSE_Ed25519, NULL, 0},
        {"{'keys':[{" A "},{" ED448 "}]}", JOSE_Ed448, NULL, 1},
        /* What everybody can read signs for nobody. */
        {"{'keys':[{" OCT "}]}", JOSE_HS256, NULL, -1},
        {"{'keys':[{" OCT ",'alg':'HS256','kid':'h'}]}", JOSE_HS256, "h", -1},
        {"{'keys':[{" A ",'d':'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'}]}", JOSE_EdDSA, NULL,
         -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk_set *set = set_of(rows[i].set);
        const struct jwk *found = NULL;
        err e = jwk_set_find(set, rows[i].alg, str_from(rows[i].kid), &found);
        assert_string_equal(err_name(e.code), rows[i].found < 0 ? "jose_key" : "ok");
        if (rows[i].found >= 0)
            assert_ptr_equal(found, jwk_set_at(set, (size_t)rows[i].found));
        jwk_set_free(set);
    }
}

/* RFC 7517 5: what is not understood is ignored. */
static void keys_that_cannot_be_used_are_skipped(void **state) {
    (void)state;
    struct jwk_set *set = set_of("{'keys':[null,5,'x',[],{},{'kty':'EC','crv':'secp256k1'},{" A
                                 ",'alg':'ECDH-ES'},{" B ",'kid':'b'},{'kty':'new'}],'more':1}");
    assert_int_equal(jwk_set_size(set), 1);
    assert_str(jwk_kid(jwk_set_at(set, 0)), "b");
    jwk_set_free(set);
}

static void what_is_no_set_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "{}", "[]", "null", "{'keys':{}}", "{'keys':'x'}", "{'keys':null}", "5", "{'Keys':[]}"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct jwk_set *set = NULL;
        json_t *json = helper_json(texts[i]);
        assert_err(jwk_set_import(json, &set), jose_key);
        assert_null(set);
        json_decref(json);
    }
}

static void only_64_keys_are_looked_at(void **state) {
    (void)state;
    json_t *json = helper_json("{'keys':[]}"), *key = helper_json("{" A "}");
    for (int i = 0; i < 70; i++)
        json_array_append(json_object_get(json, "keys"), key);
    struct jwk_set *set;
    assert_ok(jwk_set_import(json, &set));
    assert_int_equal(jwk_set_size(set), 64);
    jwk_set_free(set);
    json_decref(key);
    json_decref(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_one_key_must_fit),
        cmocka_unit_test(keys_that_cannot_be_used_are_skipped),
        cmocka_unit_test(what_is_no_set_is_refused),
        cmocka_unit_test(only_64_keys_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
