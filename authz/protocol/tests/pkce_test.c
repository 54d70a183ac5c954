#include "authz/protocol/pkce.h"

#include "common/base/testing.h"

/* RFC 7636 Appendix B */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define A128                                                                                       \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                             \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static err verify(const char *challenge, const char *verifier) {
    struct arena *arena = arena_new(65536);
    err e = pkce_check_verifier(arena, str_from(challenge), str_from(verifier));
    arena_free(arena);
    return e;
}

static void verifiers_that_do_not_belong_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *challenge, *verifier;
    } rows[] = {
        {NULL, VERIFIER}, /* RFC 9700 2.1.1: a verifier without a challenge */
        {NULL, ""},
        {CHALLENGE, NULL},
        {CHALLENGE, ""},
        {CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"},
        {CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX"},   /* 42 */
        {CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk="}, /* a foreign character */
        {CHALLENGE, VERIFIER " "},
        {CHALLENGE, A128 "a"},
        {CHALLENGE, CHALLENGE}, /* "plain" */
        {VERIFIER, VERIFIER},
        {"", VERIFIER},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_err(verify(rows[i].challenge, rows[i].verifier), invalid_grant);
}

static void the_verifier_of_the_challenge_is_taken(void **state) {
    (void)state;
    assert_ok(verify(CHALLENGE, VERIFIER));
    assert_ok(verify(NULL, NULL));
    /* 128 characters, of every kind that RFC 7636 4.1 allows */
    assert_err(verify(CHALLENGE, A128), invalid_grant);
}

static void challenges_other_than_s256_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *challenge, *method;
    } rows[] = {
        {CHALLENGE, NULL},
        {CHALLENGE, "plain"},
        {CHALLENGE, "s256"},
        {CHALLENGE, ""},
        {CHALLENGE, "S256 "},
        {NULL, "S256"},
        {CHALLENGE "A", "S256"},
        {"short", "S256"},
        {"", "S256"},
        {CHALLENGE "=", "S256"},
        {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "S256"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_err(pkce_check_challenge(str_from(rows[i].challenge), str_from(rows[i].method)),
                   invalid_request);
    assert_ok(pkce_check_challenge(S(CHALLENGE), S("S256")));
    assert_ok(pkce_check_challenge(STR_ABSENT, STR_ABSENT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifiers_that_do_not_belong_are_refused),
        cmocka_unit_test(the_verifier_of_the_challenge_is_taken),
        cmocka_unit_test(challenges_other_than_s256_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
